/** A subject that was claimed, from its pre-check to its outcome. */
import type { PreCheck, Subject, Undecided } from '../verification/rules.ts'
import type { RegistryAnswer } from './ask.ts'
import type { OfClaim, Outcome } from './outcome.ts'
import type { SyncProcess } from './process.ts'

/** A subject that was claimed, as the rules saw it, and what its pre-check said. Personal. */
export interface Claimed extends OfClaim {
  readonly subject: Subject
  readonly preCheck: PreCheck<unknown>
  /** What the rules knew besides the subject. */
  readonly terms: unknown
}

/** One that is to be asked about. */
export interface ToAsk extends Claimed {
  readonly preCheck: Extract<PreCheck<unknown>, { kind: 'ask' }>
}

/** Whether it is to be asked about. */
export function isToAsk(claimed: Claimed): claimed is ToAsk {
  return claimed.preCheck.kind === 'ask'
}

/** It was settled by the pre-check (spec 2.3). */
export function preChecked(claimed: Claimed): Outcome {
  if (claimed.preCheck.kind === 'ask') return unasked(claimed)
  const { kind: _, ...settled } = claimed.preCheck
  return { kind: 'pre_checked', ...claimOf(claimed), ...settled }
}

/** What an answer comes to. */
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

/** It ended in a technical error (spec 2.6). */
export function failed(claim: OfClaim, { whose, code }: Undecided): Outcome {
  return { kind: 'failed', ...claimOf(claim), whose, code }
}

/** Nobody was asked about it. */
export function unasked(claim: OfClaim): Outcome {
  return { kind: 'unasked', ...claimOf(claim) }
}

function claimOf({ subjectId, token, version }: OfClaim): OfClaim {
  return { subjectId, token, version }
}
