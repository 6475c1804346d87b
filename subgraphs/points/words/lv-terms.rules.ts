// What terms say in Latvian.
import type { TermWords } from './en-terms.rules.ts';
import { put } from './speech.rules.ts';

const END = { day: 'dienas', month: 'mēneša', quarter: 'ceturkšņa', year: 'gada' };

export const lv: TermWords = {
  headings: {
    programme: 'Programma',
    counting: 'Kā skaita punktus',
    rules: 'Noteikumi',
    campaigns: 'Kampaņas',
    events: 'Notikumi',
    tiers: 'Līmeņi',
    returns: 'Preču atgriešana un vēlu reģistrēti pirkumi',
    exchange: 'Pārskaitījumi un maiņa',
  },
  version: (number) => `noteikumu versija ${number}`,
  calendar: (zone) => `dienas un mēneši sākas pusnaktī pēc laika joslas ${zone}`,
  base: (currency) => `naudu skaita valūtā ${currency}`,
  rate: (day, one, worth) => `${one} skaita kā ${worth}; sākums: ${day}`,
  kindness: (points) => `labvēlības dēļ viens darbinieks dienā drīkst piešķirt: ${points}`,
  counting: [
    'noteikums dod norādīto, ja ir izpildīts viss, kas par to teikts; katru noteikumu daļu un tajā katru punktu veidu skaita atsevišķi un doto summē; no noteikumiem, kas dod vienādi, skaita pirmo',
    'reizinātājus skaita pēc pārējiem savas daļas noteikumiem, līmeņa reizinātāju – pēdējo, un savā starpā tos apvieno tāpat kā pārējos; tie reizina punktus par summām un gabaliem, bet citus tikai tad, ja to noteikums ir nosaukts',
    'piešķirto secīgi samazina noteikuma ierobežojumi, tā kampaņas budžets un punktu ierobežojumi; katra ieraksta skaidrojumā teikts, cik tie atņēma',
    'pārsteigumus izlozē pēc skaitļa, ko programma glabā, tāpēc katru izlozi var pārbaudīt',
    '29. februāra dzimšanas dienas un gadadienas ir februāra pēdējā dienā',
  ],
  returns: [
    'pēc preču atgriešanas paliek tieši tas, ko pirkuma dienas noteikumi dod par paturēto; starpību atņem vai pieskaita',
    'vēlu reģistrētu pirkumu skaita pēc tā dienas noteikumiem un līmeņa',
  ],
  late: (span) => `pirkums gaida pārbaudi, ja tas reģistrēts vēlāk nekā pēc: ${span}`,

  decimals: (count) => (count === '0' ? 'tos skaita veselos punktos' : `cipari aiz komata: ${count}`),
  spendable: { true: 'tos var tērēt', false: 'tos nevar tērēt: tie dod tikai statusu' },
  value: (money) => `viena punkta izmaksas programmai: ${money}`,
  usable: 'izmantojami',
  expiry: 'derīgums',
  atOnce: 'uzreiz',
  never: 'bez termiņa',
  afterDays: (span) => `kad kopš saņemšanas pagājis: ${span}`,
  onDay: (day) => `sākums: ${day}`,
  confirmed: (span) => `pēc apstiprinājuma; zūd, ja tā nav tik ilgi: ${span}`,
  rolling: (span, round) => `${span} no brīža, kad tie ir izmantojami, līdz ${END[round]} beigām`,
  fixed: (days, minimum) =>
    `līdz beigām tuvākajai no šīm dienām: ${days}${put(', kurā kopš saņemšanas pagājis vismaz: ', minimum)}`,
  idle: (span, round, activities) => `visi ${span} pēc pēdējās darbības (${activities}), līdz ${END[round]} beigām`,
  activities: {
    EARN: 'saņemšana',
    SPEND: 'tērēšana',
    TRANSFER: 'pārskaitījums',
    CONVERT: 'maiņa',
    ADJUST: 'labojums',
  },
  grace: (span) => `punkti, kas atgriežas pēc termiņa, ir izmantojami vēl: ${span}`,
  unlimitedDebt: 'jau iztērētie punkti, ko pēc preču atgriešanas atņem, kļūst par parādu bez ierobežojuma',
  debt: (limit) => `jau iztērētie punkti, ko pēc preču atgriešanas atņem, kļūst par parādu; lielākais parāds: ${limit}`,
  noDebt: {
    refuse: 'preču atgriešanu, pēc kuras būtu jāatņem jau iztērēti punkti, noraida',
    clamp: 'jau iztērētie punkti, ko pēc preču atgriešanas atņemtu, nav jāatdod',
  },
  beyond: { refuse: 'atgriešanu, kas to pārsniegtu, noraida', clamp: 'kas to pārsniedz, nav jāatdod' },
  cap: (points, per) => `ne vairāk kā ${points} ${per}`,

  combine: {
    sum: 'noteikumu doto summē',
    best: 'skaita tikai noteikumu, kas dod visvairāk',
    first: 'skaita tikai pirmo izpildīto noteikumu',
    multiply: 'noteikumu doto summē, un reizinātājus reizina savā starpā',
  },
  inTurn: 'atlaides atņem citu pēc citas, katru no tā, kas vēl jāmaksā',
  rounding: {
    floor: 'noapaļo uz leju',
    'half-up': 'noapaļo, puses uz augšu',
    'half-even': 'noapaļo, puses uz pāra skaitli',
  },
  roundAt: { line: 'katrai čeka rindai', purchase: 'vienreiz visam pirkumam' },
  perAmount: (points, each, { whole, amount, tax }) =>
    `${points} par katru ${whole ? 'pilnu ' : ''}summu ${each} ` +
    `${amount === 'after-discount' ? 'pēc atlaidēm' : 'pirms atlaidēm'}, ${tax === 'included' ? 'ar nodokli' : 'bez nodokļa'}`,
  perItem: (points) => `${points} par katru gabalu`,
  perVisit: (points) => `${points} par dienas pirmo pirkumu vienā vietā`,
  perAttribute: (points, each, name) => `${points} par katru ${each} (${name})`,
  multiply: (factor, rules, currency) => `${currency} skaitās ×${factor}${put(', par: ', rules)}`,
  surprise: (points, odds) => `${points} izlozē ar izredzēm ${odds}`,
  discount: (worth) => `atlaide ${worth}`,
  price: (money) => `cena ${money} par gabalu`,
  onEvent: (name) => `par notikumu ${name}`,
  onTier: 'par sasniegtu līmeni',
  ofCampaign: (name) => `kampaņa ${name}`,
  group: (rules) => `no noteikumiem ${rules} skaita tikai to, kas dod visvairāk`,

  from: (day) => `sākums: ${day}`,
  until: (day) => `beigas: ${day}`,
  yearly: (from, until) => `katru gadu: ${from} – ${until}`,
  budget: (most) => `visiem dalībniekiem kopā dod ne vairāk kā ${most}`,
  cost: (money) => `programmai maksā ne vairāk kā ${money}`,
  eachSeason: 'katrā sezonā no jauna',

  attribute: { text: 'teksts', number: 'skaitlis', boolean: 'jā vai nē', date: 'diena' },
  required: { true: 'obligāts', false: 'neobligāts' },
  attributes: (list) => `tajā ir ${list}`,
  cooldown: (span) => `nākamais dod punktus, kad pagājis vismaz: ${span}`,
  events: { zero: 'notikumu', one: 'notikums', other: 'notikumi' },
  most: (events, per) => `punktus dod: ${events} ${per}`,

  window: {
    lifetime: 'pirkumus un saņemtos punktus skaita visu dalības laiku',
    'calendar-year': 'pirkumus un saņemtos punktus skaita periodos pa kalendārajam gadam',
    anniversary: 'pirkumus un saņemtos punktus skaita periodos pa dalības gadam',
  },
  rollingWindow: (span) => `laiks, cik ilgi skaita pirkumus un saņemtos punktus: ${span}`,
  balance: 'no atlikuma skaita to, kas ir dienas beigās',
  keep: {
    window: 'līmenis ir spēkā, kamēr tam pietiek ar to, ko skaita',
    'next-period': 'līmenis ir spēkā līdz beigām periodam, kas seko tam, kurā tas iegūts',
  },
  keepFor: (span) => `līmenis pēc pēdējās iegūšanas ir spēkā: ${span}`,
  downgrade: {
    none: 'neviens līmenis nezūd',
    one: 'pēc tam līmenis ir par vienu zemāks',
    earned: 'pēc tam ir līmenis, kam pietiek',
  },
  tierGrace: (span) => `un papildus vēl ${span}`,
  tierReturns: {
    undo: 'preču atgriešana atņem līmeni, ja ar paturēto tam nepietiek',
    keep: 'preču atgriešana līmeni neatņem',
  },
  everyone: 'visiem',
  spend: (money) => `pirkumi par ${money}`,
  earned: (points) => `saņemti ${points}`,
  status: (points) => `atlikums ${points}`,
  purchases: { zero: 'pirkumu', one: 'pirkums', other: 'pirkumi' },
  threshold: (list) => `nepieciešams: ${list}`,
  multiplier: (factor, currency) => `${currency} par pirkumiem skaitās ×${factor}`,

  transfer: (amounts) => `citiem dalībniekiem dienā var pārskaitīt: ${amounts}`,
  fee: (points, percent) => `maksa: ${points} un ${percent} no summas`,
  conversion: (from, to) => `${from} maiņa pret ${to}`,
  worth: (day, rate) => `viena vērtība ir ${rate}; sākums: ${day}`,
};
