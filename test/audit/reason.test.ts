import { describe, expect, test } from 'vitest'
import { readReason } from '../../src/audit/reason.ts'

const ZERO_WIDTH = '\u200B\u200C\u200D\u2060\uFEFF\u00AD\u180E'
const FILLERS = '\u115F\u1160\u3164\uFFA0\u2800\uFE0F\u034F'

describe('a reason', () => {
  test.each([
    ['nothing', '', 0],
    ['spaces of every sort', ' \t\n\u00A0\u2003\u3000\u2028', 0],
    ['U+0000 and other controls', '\0'.repeat(12) + '\u0007\u001B\u0085', 0],
    ['what has no width', ZERO_WIDTH.repeat(4), 0],
    ['what is drawn as nothing', FILLERS.repeat(4), 0],
    ['halves of characters', '\uD83D'.repeat(12), 0],
    ['a direction of writing', '\u202E\u2066'.repeat(6), 0],
    ['a letter with many accents', `e${'\u0301'.repeat(20)}`, 1],
    ['nine characters', 'Перевірка', 9],
    ['nine characters among others', `П${ZERO_WIDTH}ере \0 ві\u0301р${FILLERS}ка   `, 9],
  ])('is not %s', (_, text, visible) => {
    expect(readReason(text)).toEqual({ visible })
  })

  test.each([
    ['ten letters', 'Звернення7', 'Звернення7'],
    [
      'words with spaces and more between them',
      `  Звернення\0 ${ZERO_WIDTH} громадянки\n№ 17 `,
      'Звернення громадянки No 17',
    ],
    ['another form of the same characters', 'Ｒｅｑｕｅｓｔ　１７／２０２６', 'Request 17/2026'],
    ['letters and their accents as one', 'зверненняи\u0306', 'зверненняй'],
    ['other scripts and pictures', '登録機関が間違っていた 👍', '登録機関が間違っていた 👍'],
  ])('is %s', (_, text, reason) => {
    expect(readReason(text)).toEqual({ reason })
  })
})
