/**
 * The API explains statuses in English sentences; the page says them in its own language. Each sentence is known here by its form, and a
 * test goes through all that the API can say. What is not known is shown as it came.
 */
import { formatOf } from '../../i18n/format.ts'
import { type Language, useLanguage } from '../../i18n/language.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { words } from '../../i18n/words.ts'
import { peopleWords } from './words.ts'

interface Said {
  readonly texts: (typeof peopleWords)['uk']
  readonly names: (typeof words)['uk']
  readonly language: Language
}
type Given = Readonly<Record<string, string>>
type Say = (given: Given, said: Said) => string

type Finding = keyof (typeof peopleWords)['uk']['finding']
type Plain = {
  [K in keyof (typeof peopleWords)['uk']['sentence']]: (typeof peopleWords)['uk']['sentence'][K] extends string
    ? K
    : never
}[keyof (typeof peopleWords)['uk']['sentence']]

const FINDINGS: readonly (readonly [string, Finding])[] = [
  ['the document is among the invalid ones of the State Migration Service', 'dmsFound'],
  ['the document is not among the invalid ones of the State Migration Service', 'dmsNotFound'],
  ['the document is among the stolen or lost ones', 'mvsFound'],
  ['the document is not among the stolen or lost ones', 'mvsNotFound'],
  ['the UNZR belongs to somebody with this name and date of birth', 'unzrFound'],
  ['the UNZR belongs to nobody with this name and date of birth', 'unzrNotFound'],
  ['found', 'found'],
  ['not found', 'notFound'],
]

const PLAIN: readonly (readonly [RegExp, Plain])[] = [
  [/^There is no PASSPORT or NATIONAL_ID document to ask about\./, 'absentDocument'],
  [/^There is no UNZR to ask about\./, 'absentUnzr'],
  [/^The number of the document that is to be checked does not match its format\./, 'illFormedDocument'],
  [/^The UNZR did not match its format, and was cleared: the person has none now\./, 'illFormedUnzr'],
  [/^The pre-check settled it\./, 'preCheck'],
  [/^No call was made\./, 'noCall'],
  [/^It came in unverified, and nothing has settled it yet\./, 'unverified'],
  [/^Something wrote it that keeps no history here: another process, or a person by hand\./, 'foreign'],
  [/^The (person|party) came in with it\./, 'cameIn'],
  [/^The (person|party) was changed, and there is nothing to ask about\./, 'nothingNow'],
  [/^The person was created, changed or sent again\./, 'personTriggered'],
  [/^The party was created or changed, or an employee request of it was approved\./, 'partyTriggered'],
  [/^An official confirmed it by hand\./, 'manual'],
  [/^The data of the person were erased, and there is nothing to ask about\./, 'erased'],
  [/^It is being checked right now\./, 'checking'],
  [/^Another process of the platform runs this stream; it counts in the cumulative status\./, 'otherProcess'],
  [/^Nothing: the person is not active\. It is checked again once it is\./, 'personUnchecked'],
  [/^Nothing: the party has no employee who .*? It is checked again once it has one\./, 'partyUnchecked'],
  [/^Nothing, until the person is changed or sent again\./, 'untilPerson'],
  [/^Nothing, until the party is changed or an employee request of it is approved\./, 'untilParty'],
  [/^Nothing, until the person is changed or sent again, or an answer about the same .*?\./, 'untilPersonShared'],
  [/^Nothing, until the party is changed or an employee request of it is approved, or an .*?\./, 'untilPartyShared'],
  [/^No check is under way: a living worker will put it back to \S+ \/ INITIAL\./, 'putBack'],
  [/^It stands in the line behind every other trigger\./, 'lastInLine'],
  [/^It is due\./, 'due'],
  [/^The next run takes it\./, 'nextRun'],
  [/^The next run that is not for triggered subjects alone takes it\./, 'nextFullRun'],
  [/^It was set by hand and blocks the person; streams do not change it\./, 'blocked'],
  [/^Since every stream that is needed is VERIFIED\./, 'allVerified'],
]

const FORMATS = { uk: formatOf('uk'), en: formatOf('en') } as const

const finding = (text: string | undefined, { texts }: Said): string => {
  const known = FINDINGS.find(([said]) => said === text)
  return known === undefined ? (text ?? '') : texts.finding[known[1]]
}
const timesOf = (text: string | undefined): number => (text === 'once' ? 1 : Number.parseInt(text ?? '', 10))
const moment = (text: string | undefined, { texts, language }: Said): string => {
  const [day = '', time = ''] = (text ?? '').split(' ')
  return texts.sentence.at(FORMATS[language].day(day), time)
}

const WITH: readonly (readonly [RegExp, Say])[] = [
  [
    /^The registry answered (?<answer>[01]): (?<finding>[^.]+)\./,
    (given, said) => said.texts.sentence.answered(given['answer'] ?? '', finding(given['finding'], said)),
  ],
  [
    /^The registry answered 1 about (another|a) person with the same document: (?<finding>[^.]+)\./,
    (given, said) => said.texts.sentence.answeredAboutPerson(finding(given['finding'], said)),
  ],
  [
    /^The registry answered 1 about (another|a) party with the same document: (?<finding>[^.]+)\./,
    (given, said) => said.texts.sentence.answeredAboutParty(finding(given['finding'], said)),
  ],
  [
    /^What run (?<run>\S+) settled by an answer was taken back\./,
    ({ run = '' }, { texts }) =>
      run === '(unknown)' ? texts.sentence.takenBackUnknown : texts.sentence.takenBack(run),
  ],
  [/^It was written by step (?<step>\S+)\./, ({ step = '' }, { texts }) => texts.sentence.step(step)],
  [
    /^Its worker (?<worker>.+?) is gone: another worker will give it back, and it is checked again\./,
    ({ worker = '' }, { texts }) => texts.sentence.workerGone(workerIn(worker)),
  ],
  [
    /^The answer settles it; the worker (?<worker>.+?) has held it for (?<seconds>\d+) s\./,
    ({ worker = '', seconds = '' }, { texts }) => texts.sentence.held(seconds, workerIn(worker)),
  ],
  [
    /^Its last check ended in a technical error, (?<times>once|\d+ times) so far: it waits until (?<at>[\d :-]+) Kyiv\. A zvirka sync takes it before that, after all others\./,
    ({ times, at }, said) => said.texts.sentence.waits(timesOf(times), moment(at, said)),
  ],
  [/^It is due again from (?<at>[\d :-]+) Kyiv\./, ({ at }, said) => said.texts.sentence.dueFrom(moment(at, said))],
  [
    /^It failed (?<times>once|\d+ times); its waiting time is over\./,
    ({ times }, { texts }) => texts.sentence.failedOver(timesOf(times)),
  ],
  [
    /^It stands in front, triggered at (?<at>[\d :-]+) Kyiv\./,
    ({ at }, said) => said.texts.sentence.inFront(moment(at, said)),
  ],
  [
    /^Run (?<run>\S+) is (?<state>\w+)\./,
    ({ run = '', state = '' }, { texts, names }) =>
      texts.sentence.runIs(textOf(names.runState, state.toUpperCase()).toLowerCase(), run.slice(0, 8)),
  ],
  [
    /^Its streams make it (?<status>\w+); the next write of any of them will set that\./,
    ({ status = '' }, { texts, names }) => texts.sentence.computed(textOf(names.status, status)),
  ],
  [/^Since (?<streams>\w+ is \w+(, \w+ is \w+)*)\./, ({ streams = '' }, said) => since(streams, said)],
]

// A worker by its host, where it is told: its id says nothing to who reads.
function workerIn(text: string): string {
  return /\((?<host>.+), process \d+\)$/.exec(text)?.groups?.['host'] ?? text.split(' ')[0]?.slice(0, 8) ?? ''
}

function since(streams: string, { texts, names }: Said): string {
  const each = streams.split(', ').map((part) => {
    const [stream = '', , status = ''] = part.split(' ')
    return texts.sentence.streamIs(textOf(names.stream, stream), textOf(names.status, status))
  })
  return texts.sentence.since(each.join('; '))
}

/** The sentences of the API in a language; what is not known stays as it is. */
export function sayOf(text: string, language: Language): string {
  const said: Said = { texts: peopleWords[language], names: words[language], language }
  const told: string[] = []
  let rest = text
  while (rest !== '') {
    const next = sentenceAt(rest, said)
    if (next === undefined) return text
    told.push(next.said)
    rest = rest.slice(next.length).trimStart()
  }
  return told.join(' ')
}

function sentenceAt(text: string, said: Said): { readonly said: string; readonly length: number } | undefined {
  for (const [form, key] of PLAIN) {
    const found = form.exec(text)
    if (found !== null) return { said: said.texts.sentence[key], length: found[0].length }
  }
  for (const [form, say] of WITH) {
    const found = form.exec(text)
    if (found !== null) return { said: say(found.groups ?? {}, said), length: found[0].length }
  }
  return undefined
}

/** The same in the language of the page. */
export function useSay(): (text: string) => string {
  const language = useLanguage()
  return (text) => sayOf(text, language)
}

/** A rule by the name that people have for it. */
export function useRule(): (rule: string) => string {
  const texts = useTexts(peopleWords)
  return (rule) => {
    const [, kind, first = '', step = ''] = /^(seed|spec) (\S+)(?: step (\S+))?$/.exec(rule) ?? []
    if (kind === 'seed') {
      const rule = texts.rule.seed(textOf(texts.rule.process, first), step)
      const said = Object.entries(texts.step).find(([each]) => each === step)?.[1]
      return said === undefined ? rule : `${rule}: ${said.toLowerCase()}`
    }
    return kind === 'spec' ? texts.rule.spec(first) : rule
  }
}
