/** The output of `zvirka call`: the answer in words, or what the failure means and what to do, and each attempt with its duration. */
import { commandMessageJson } from '../messages/command-messages.ts'
import type { DeathActs } from '../registries/death-acts.ts'
import type { RnokppAnswer } from '../registries/info-rnokpp.ts'
import type { Registries } from '../registries/registries.ts'
import type { ServiceName } from '../registries/services.ts'
import type { RegistryStatus } from '../registries/status.ts'
import type { InfoValue, UnzrInfo } from '../registries/unzr-info.ts'
import { adviceFor, isAboutTheWay } from '../trembita/advice.ts'
import type { Attempt, CallOptions, CallResult, FailedAttempt } from '../trembita/call.ts'
import { isReadable, operationOf } from '../verification/death-act.ts'
import type { CallQuestion } from './call-question.ts'
import { type Cell, table } from './table.ts'

/** The services that answer with a status. */
type StatusService = Exclude<ServiceName, 'unzr' | 'InfoRNOKPPDRFO' | 'GetDeathArByFullNameAndBirthDate'>

/** The answer of one of the services. */
export type Said =
  | { readonly service: StatusService; readonly answer: RegistryStatus }
  | { readonly service: 'InfoRNOKPPDRFO'; readonly answer: RnokppAnswer }
  | { readonly service: 'GetDeathArByFullNameAndBirthDate'; readonly answer: DeathActs }
  | { readonly service: 'unzr'; readonly answer: UnzrInfo | null }

/** An attempt and, if it failed, its log record and the text of the security server's fault. */
export type ShownAttempt = Attempt &
  Pick<FailedAttempt, 'status' | 'faultDetail' | 'transactionId'> & { readonly faultText?: string }

/** Asks the service. */
export async function ask(
  registries: Registries,
  asked: CallQuestion,
  options: CallOptions,
): Promise<CallResult<Said>> {
  const { service } = asked
  switch (service) {
    case 'unzr':
      return said(await registries.unzrInfo(asked.question, options), (answer) => ({ service, answer }))
    case 'checkunzr':
      return said(await registries.checkUnzr(asked.question, options), (answer) => ({ service, answer }))
    case 'CheckPassportStatus':
      return said(await registries.checkPassportStatus(asked.question, options), (answer) => ({ service, answer }))
    case 'CheckPassportDMSStatus':
      return said(await registries.checkPassportDmsStatus(asked.question, options), (answer) => ({ service, answer }))
    case 'InfoRNOKPPDRFO':
      return said(await registries.infoRnokpp(asked.question, options), (answer) => ({ service, answer }))
    case 'GetDeathArByFullNameAndBirthDate':
      return said(await registries.deathActsByName(asked.question, options), (answer) => ({ service, answer }))
  }
}

function said<T>(result: CallResult<T>, wrap: (value: T) => Said): CallResult<Said> {
  return result.kind === 'answer' ? { ...result, value: wrap(result.value) } : result
}

const meanings: Readonly<Record<StatusService, readonly [notFound: string, found: string]>> = {
  checkunzr: ['this UNZR does not belong to this person', 'this UNZR belongs to this person'],
  CheckPassportStatus: [
    'the document is not registered as stolen or lost',
    'the document is registered as stolen or lost',
  ],
  CheckPassportDMSStatus: ['the document is not registered as invalid', 'the document is registered as invalid'],
}

function answerLines(said: Said): string[] {
  if (said.service === 'unzr') {
    if (said.answer === null) return ['not found: the registry has no record of this UNZR']
    return ['found: the registry has this record', ...infoLines(said.answer, '  ')]
  }
  if (said.service === 'InfoRNOKPPDRFO') return rnokppLines(said.answer)
  if (said.service === 'GetDeathArByFullNameAndBirthDate') return deathActsLines(said.answer)
  const { status, description } = said.answer
  const words = `${status === 1 ? 'found' : 'not found'} (${status}): ${meanings[said.service][status]}`
  return description === '' ? [words] : [words, `  description   ${plain(description)}`]
}

function rnokppLines({ result, message }: RnokppAnswer): string[] {
  const words =
    result === 0
      ? 'the tax register knows this number with this name and birth date'
      : "a code of the tax register's dictionary; DRFO_NOT_VERIFIED_RESULTS and DRFO_CLOSED_RESULTS say what follows from it"
  return [`result ${result}: ${words}`, ...(message === '' ? [] : [`  message       ${plain(message)}`])]
}

const OPERATIONS = {
  live: 'registered',
  annulled: 'annulled',
  unknown: 'of an operation that is not known: nobody is compared with it',
} as const

function deathActsLines({ acts, unknownFields }: DeathActs): string[] {
  const lines = acts.flatMap((act, index) => {
    const { key: _, doc_seizes, is_restore, ...fields } = act
    const filled = Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]))
    const documents = doc_seizes.length === 0 ? [] : ['    doc_seizes', ...infoLines(doc_seizes, '      ')]
    const restored = is_restore === null ? [] : [`    is_restore: ${is_restore}`]
    const readable = isReadable(act) ? '' : ', without a surname, name or birth date: nobody is compared with it'
    const head = `  ${index + 1}. ${OPERATIONS[operationOf(act)]}${readable}`
    return [head, ...infoLines(Object.fromEntries(filled), '    '), ...restored, ...documents]
  })
  const unknown = unknownFields.length === 0 ? [] : [`  fields that are not read: ${plain(unknownFields.join(', '))}`]
  return [
    acts.length === 0 ? 'no acts of death for this name and birth date' : `acts of death: ${acts.length}`,
    ...lines,
    ...unknown,
  ]
}

function infoLines(value: InfoValue, indent: string): string[] {
  if (value === null || typeof value === 'string') return [`${indent}${plain(value ?? '')}`]
  return Object.entries(value).flatMap(([name, inner]) => {
    const label = Array.isArray(value) ? `${Number(name) + 1}.` : plain(name)
    if (inner === null || typeof inner === 'string') return [`${indent}${label}: ${plain(inner ?? '')}`]
    return [`${indent}${label}`, ...infoLines(inner, `${indent}  `)]
  })
}

/** Foreign text must not control the terminal. */
function plain(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ')
}

const head = ['attempt', 'server', 'ms', 'ended in', 'message id', "the registry's traces"]

/** The result as text. */
export function resultText(result: CallResult<Said>, attempts: readonly ShownAttempt[]): string {
  const rows = attempts.map((each, index): Cell[] => [
    index + 1,
    each.server,
    each.milliseconds,
    each.code ?? each.outcome,
    each.messageId,
    [each.status && `HTTP ${each.status}`, each.faultDetail, each.transactionId].filter(Boolean).join(' '),
  ])
  const lines = rows.length > 0 ? ['', ...table(head, rows)] : []
  return `${[...outcomeLines(result, attempts.at(-1)?.faultText), ...lines].join('\n')}\n`
}

function outcomeLines(result: CallResult<Said>, faultText: string | undefined): string[] {
  if (result.kind === 'answer') return answerLines(result.value)
  if (result.kind === 'aborted') return ['given up']
  const { means, todo } = adviceFor(result.code, result.whose)
  return [
    `no answer: ${result.code}`,
    ...(faultText === undefined ? [] : [`  it says       ${faultText}`]),
    `  it means      ${means[0]}`,
    `  what to do    ${todo[0]}`,
    ...(isAboutTheWay(result.code)
      ? [`  next          ${DOCTOR}: it checks every security server and its certificates`]
      : []),
  ]
}

const DOCTOR = 'zvirka doctor'

/** The result as one JSON object. */
export function resultObject(
  service: ServiceName,
  result: CallResult<Said>,
  attempts: readonly ShownAttempt[],
): object {
  const shown = attempts.map((each) => ({
    server: each.server,
    message_id: each.messageId,
    outcome: each.outcome,
    code: each.code,
    http_status: each.status,
    fault_detail: each.faultDetail,
    fault_text: each.faultText,
    transaction_id: each.transactionId,
    milliseconds: each.milliseconds,
  }))
  return { service, ...outcomeFields(result), attempts: shown }
}

function outcomeFields(result: CallResult<Said>): object {
  switch (result.kind) {
    case 'answer':
      return { outcome: 'answer', answer: result.value.answer }
    case 'technical_error': {
      const { code, whose } = result
      const params = { failure: adviceFor(code, whose).pattern }
      const means = commandMessageJson({ code: 'call_failed', params })
      const todo = commandMessageJson({ code: 'call_failure_advice', params })
      const closer = isAboutTheWay(code) ? { look_closer: DOCTOR } : {}
      return { outcome: 'technical_error', code, whose, means, what_to_do: todo, ...closer }
    }
    case 'aborted':
      return { outcome: 'aborted' }
  }
}
