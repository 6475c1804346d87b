// Texts from outside: what a row can hold and a screen can show.

/** The text without outer blanks; null when it is empty, longer than `max`, or not printable. */
export function readText(text: string, max: number): string | null {
  const trimmed = text.trim();
  const fits = trimmed.length > 0 && trimmed.length <= max && trimmed.isWellFormed() && !/\p{Cc}/u.test(trimmed);
  return fits ? trimmed : null;
}
