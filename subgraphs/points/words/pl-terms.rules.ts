// What terms say in Polish.
import type { TermWords } from './en-terms.rules.ts';
import { put } from './speech.rules.ts';

const END = { day: 'dnia', month: 'miesiąca', quarter: 'kwartału', year: 'roku' };

export const pl: TermWords = {
  headings: {
    programme: 'Program',
    counting: 'Jak liczone są punkty',
    rules: 'Reguły',
    campaigns: 'Kampanie',
    events: 'Zdarzenia',
    tiers: 'Poziomy',
    returns: 'Zwroty i zakupy zgłoszone później',
    exchange: 'Przekazywanie i wymiana',
  },
  version: (number) => `wersja ${number} reguł`,
  calendar: (zone) => `dni i miesiące zaczynają się o północy w strefie czasowej ${zone}`,
  base: (currency) => `kwoty są liczone w ${currency}`,
  rate: (day, one, worth) => `od ${day} r.: ${one} liczy się jako ${worth}`,
  kindness: (points) => `z życzliwości jedna osoba z obsługi może dać dziennie: ${points}`,
  counting: [
    'reguła daje to, co podano, gdy spełnione jest wszystko, co o niej powiedziano; każda część reguł, a w niej każdy rodzaj punktów, liczy się osobno, a to, co dają, sumuje się; z reguł, które dają tyle samo, liczy się pierwsza',
    'mnożniki liczą się po pozostałych regułach swojej części, mnożnik poziomu na końcu, a łączą się między sobą tak jak pozostałe; mnożą punkty za kwoty i za sztuki, a inne tylko wtedy, gdy wymieniają ich regułę',
    'przyznane punkty zmniejszają kolejno limity reguły, budżet jej kampanii i limity punktów; wyjaśnienie każdego zapisu mówi, ile ujęły',
    'niespodzianki są losowane według liczby, którą program przechowuje, więc każde losowanie można sprawdzić',
    'urodziny i rocznice z 29 lutego przypadają w ostatnim dniu lutego',
  ],
  returns: [
    'po zwrocie pozostaje dokładnie to, co reguły z dnia zakupu dają za zatrzymaną część; różnica jest odbierana albo dodawana',
    'zakup zgłoszony później liczy się według reguł i poziomu ze swojego dnia',
  ],
  late: (span) => `zakup czeka na sprawdzenie, jeżeli zgłoszono go z opóźnieniem większym niż ${span}`,

  decimals: (count) => (count === '0' ? 'liczone w całych punktach' : `miejsca po przecinku: ${count}`),
  spendable: { true: 'można je wydawać', false: 'nie można ich wydawać: liczą się do statusu' },
  value: (money) => `koszt jednego punktu dla programu: ${money}`,
  usable: 'do użycia',
  expiry: 'ważność',
  atOnce: 'od razu',
  never: 'bezterminowo',
  afterDays: (span) => `gdy od zdobycia minie: ${span}`,
  onDay: (day) => `od ${day}`,
  confirmed: (span) => `po potwierdzeniu; przepadają, gdy nie ma go przez ${span}`,
  rolling: (span, round) => `${span} od chwili, gdy są do użycia, do końca ${END[round]}`,
  fixed: (days, minimum) =>
    `do końca najbliższego z dni: ${days}${put(', w którym upłynęło już co najmniej: ', minimum)}`,
  idle: (span, round, activities) =>
    `wszystkie ${span} od ostatniej aktywności (${activities}), do końca ${END[round]}`,
  activities: {
    EARN: 'zdobycie',
    SPEND: 'wydanie',
    TRANSFER: 'przekazanie',
    CONVERT: 'wymiana',
    ADJUST: 'korekta',
  },
  grace: (span) => `punkty, które wracają po terminie, są do użycia jeszcze przez ${span}`,
  unlimitedDebt: 'punkty odbierane po zwrocie, a już wydane, stają się długiem bez ograniczenia',
  debt: (limit) => `punkty odbierane po zwrocie, a już wydane, stają się długiem; najwyższy dług: ${limit}`,
  noDebt: {
    refuse: 'zwrot, po którym trzeba by odebrać punkty już wydane, jest odrzucany',
    clamp: 'punkty odbierane po zwrocie, a już wydane, są umarzane',
  },
  beyond: { refuse: 'zwrot, który by go przekroczył, jest odrzucany', clamp: 'nadwyżka jest umarzana' },
  cap: (points, per) => `najwyżej ${points} ${per}`,

  combine: {
    sum: 'to, co dają reguły, sumuje się',
    best: 'liczy się tylko reguła, która daje najwięcej',
    first: 'liczy się tylko pierwsza spełniona reguła',
    multiply: 'to, co dają reguły, sumuje się, a mnożniki mnożą się przez siebie',
  },
  inTurn: 'rabaty są odejmowane kolejno, każdy od tego, co pozostało do zapłaty',
  rounding: {
    floor: 'zaokrąglane w dół',
    'half-up': 'zaokrąglane, połówki w górę',
    'half-even': 'zaokrąglane, połówki do parzystej',
  },
  roundAt: { line: 'dla każdej pozycji paragonu', purchase: 'raz dla zakupu' },
  perAmount: (points, each, { whole, amount, tax }) =>
    `${points} za każdą ${whole ? 'pełną ' : ''}kwotę ${each} ` +
    `${amount === 'after-discount' ? 'po rabatach' : 'przed rabatami'}, ${tax === 'included' ? 'z podatkiem' : 'bez podatku'}`,
  perItem: (points) => `${points} za każdą sztukę`,
  perVisit: (points) => `${points} za pierwszy zakup dnia w danym miejscu`,
  perAttribute: (points, each, name) => `${points} za każde ${each} (${name})`,
  multiply: (factor, rules, currency) => `${currency} liczą się ×${factor}${put(', te z reguł: ', rules)}`,
  surprise: (points, odds) => `${points} losowo, z szansą ${odds}`,
  discount: (worth) => `rabat ${worth}`,
  price: (money) => `cena ${money} za sztukę`,
  onEvent: (name) => `za zdarzenie ${name}`,
  onTier: 'za osiągnięcie poziomu',
  ofCampaign: (name) => `kampania ${name}`,
  group: (rules) => `z reguł ${rules} liczy się tylko ta, która daje najwięcej`,

  from: (day) => `od ${day}`,
  until: (day) => `do ${day}`,
  yearly: (from, until) => `co roku od ${from} do ${until}`,
  budget: (most) => `wszystkim uczestnikom razem daje najwyżej ${most}`,
  cost: (money) => `kosztuje program najwyżej ${money}`,
  eachSeason: 'od nowa w każdym sezonie',

  attribute: { text: 'tekst', number: 'liczba', boolean: 'tak lub nie', date: 'dzień' },
  required: { true: 'wymagane', false: 'nieobowiązkowe' },
  attributes: (list) => `zawiera ${list}`,
  cooldown: (span) => `następne daje punkty najwcześniej po upływie: ${span}`,
  events: { one: 'zdarzenie', few: 'zdarzenia', many: 'zdarzeń', other: 'zdarzenia' },
  most: (events, per) => `punkty najwyżej za: ${events} ${per}`,

  window: {
    lifetime: 'zakupy i zdobyte punkty liczą się przez cały czas uczestnictwa',
    'calendar-year': 'zakupy i zdobyte punkty liczą się w okresach roku kalendarzowego',
    anniversary: 'zakupy i zdobyte punkty liczą się w okresach roku uczestnictwa',
  },
  rollingWindow: (span) => `zakupy i zdobyte punkty liczą się przez ${span}`,
  balance: 'z salda liczy się to na koniec dnia',
  keep: {
    window: 'poziom trwa tak długo, jak wystarcza na niego to, co się liczy',
    'next-period': 'poziom trwa do końca okresu następnego po tym, w którym go zdobyto',
  },
  keepFor: (span) => `czas trwania poziomu od ostatniego zdobycia: ${span}`,
  downgrade: {
    none: 'żaden poziom nie przepada',
    one: 'potem następuje spadek o jeden poziom',
    earned: 'potem obowiązuje poziom, na który wystarcza',
  },
  tierGrace: (span) => `a ponadto jeszcze ${span}`,
  tierReturns: {
    undo: 'zwrot odbiera poziom, gdy to, co zatrzymano, na niego nie wystarcza',
    keep: 'zwrot nie odbiera poziomu',
  },
  everyone: 'dla każdego',
  spend: (money) => `zakupy za ${money}`,
  earned: (points) => `zdobyte ${points}`,
  status: (points) => `saldo ${points}`,
  purchases: { one: 'zakup', few: 'zakupy', many: 'zakupów', other: 'zakupu' },
  threshold: (list) => `wymaga: ${list}`,
  multiplier: (factor, currency) => `${currency} za zakupy liczą się ×${factor}`,

  transfer: (amounts) => `innym uczestnikom można przekazać dziennie: ${amounts}`,
  fee: (points, percent) => `opłata: ${points} i ${percent} kwoty`,
  conversion: (from, to) => `wymiana ${from} na ${to}`,
  worth: (day, rate) => `od ${day} r. wartość jednego to ${rate}`,
};
