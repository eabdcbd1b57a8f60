/** Which of the rules of a password one keeps, to be marked at the field. `weaknessOf` decides; a test holds the two together. */

const LEAST = 12
const MOST = 1024

/** The rules that are shown, by name. */
export const PASSWORD_RULES = {
  length: (password: string) => [...password].length >= LEAST,
  upper: (password: string) => /\p{Lu}/u.test(password),
  lower: (password: string) => /\p{Ll}/u.test(password),
  digit: (password: string) => /\p{Nd}/u.test(password),
} as const

/** A rule that is shown. */
export type PasswordRule = keyof typeof PASSWORD_RULES

/** The rules that a password breaks. */
export function brokenRules(password: string): PasswordRule[] {
  return (Object.keys(PASSWORD_RULES) as PasswordRule[]).filter((rule) => !PASSWORD_RULES[rule](password))
}

/** Whether it is longer than any may be. */
export function isTooLong(password: string): boolean {
  return password.length > MOST
}
