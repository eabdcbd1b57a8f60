import { expect, test } from 'vitest'
import { citedIn, readCitations, readSections, readTexts, rulesOf } from './specification.ts'

const sections = readSections()

test('the specification numbers each section once, in the right order', () => {
  const numbers = sections.map(({ number }) => number)
  expect(numbers.length).toBeGreaterThan(150)
  expect(numbers).toEqual([...new Set(numbers)])
  const orphans = numbers.filter((number) => number.includes('.') && !numbers.includes(number.replace(/\.\d+$/, '')))
  expect(orphans).toEqual([])
})

test('each citation refers to an existing section', () => {
  const numbers = new Set(sections.map(({ number }) => number))
  const cited = readCitations('src', 'simulator', 'demo', 'migrations', 'bench', 'deploy', 'web', 'test', 'docs')
  expect(cited.length).toBeGreaterThan(500)
  expect(cited.filter(({ number }) => !numbers.has(number))).toEqual([])
})

test('sources outside the repository are not cited', () => {
  const found = readTexts('src', 'simulator', 'demo', 'migrations', 'bench', 'web', 'test', 'docs').filter(({ text }) =>
    /\bseed 0\d\d\b/i.test(text),
  )
  expect(found.map(({ file }) => file)).toEqual([])
})

test('each rule is cited by a test', () => {
  const cited = new Set(readCitations('test').map(({ number }) => number))
  const missing = rulesOf(sections).filter(({ number }) => !cited.has(number))
  expect(missing.map(({ number, title }) => `${number} ${title}`)).toEqual([])
})

test('a citation can name single sections, lists and ranges, over several lines', () => {
  expect(citedIn('(spec 2.6)')).toEqual(['2.6'])
  expect(citedIn('spec 1.3, 1.5 and 2.6.1 to 2.6.3')).toEqual(['1.3', '1.5', '2.6.1', '2.6.2', '2.6.3'])
  expect(citedIn(' * as spec 5.1.2 to\n * 5.1.4 have it')).toEqual(['5.1.2', '5.1.3', '5.1.4'])
  expect(citedIn('spec 2.5 step 4.1')).toEqual(['2.5'])
})
