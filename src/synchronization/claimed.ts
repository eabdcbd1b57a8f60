/** A claimed subject, from its pre-check to its outcome. */
import type { PreCheck, Subject, Undecided } from '../verification/rules.ts'
import type { RegistryAnswer } from './ask.ts'
import type { OfClaim, Outcome } from './outcome.ts'
import type { SyncProcess } from './process.ts'

/** A claimed subject as the rules saw it, and the result of its pre-check. Personal. */
export interface Claimed extends OfClaim {
  readonly subject: Subject
  readonly preCheck: PreCheck<unknown>
  /** The settings that the rules used. */
  readonly terms: unknown
}

/** A subject that must be asked about. */
export interface ToAsk extends Claimed {
  readonly preCheck: Extract<PreCheck<unknown>, { kind: 'ask' }>
}

/** Whether the subject must be asked about. */
export function isToAsk(claimed: Claimed): claimed is ToAsk {
  return claimed.preCheck.kind === 'ask'
}

/** The outcome if the pre-check settled the subject (spec 2.3). */
export function preChecked(claimed: Claimed): Outcome {
  if (claimed.preCheck.kind === 'ask') return unasked(claimed)
  const { kind: _, ...settled } = claimed.preCheck
  return { kind: 'pre_checked', ...claimOf(claimed), ...settled }
}

/** The outcome of an answer. */
export function outcomeOf({ rules }: SyncProcess, asked: ToAsk, answer: RegistryAnswer): Outcome {
  switch (answer.kind) {
    case 'answer': {
      const decision = rules.decide(answer.value, asked.preCheck.question, asked.subject, asked.terms)
      if (decision.kind === 'technical_error') return failed(asked, decision)
      return { kind: 'answered', ...claimOf(asked), decision, messageId: answer.messageId }
    }
    case 'technical_error':
      return failed(asked, answer)
    case 'aborted':
      return unasked(asked)
  }
}

/** The outcome of a technical error (spec 2.6). */
export function failed(claim: OfClaim, { whose, code }: Undecided): Outcome {
  return { kind: 'failed', ...claimOf(claim), whose, code }
}

/** The outcome if nobody was asked. */
export function unasked(claim: OfClaim): Outcome {
  return { kind: 'unasked', ...claimOf(claim) }
}

function claimOf({ subjectId, token, version }: OfClaim): OfClaim {
  return { subjectId, token, version }
}
