/** Which acts on a stream a subject allows, and the dialog that queues it again. */
import type { VariablesOf } from '../../graphql/graphql.ts'
import { useAct } from '../../graphql/use-query.ts'
import { useTexts } from '../../i18n/texts.ts'
import { words } from '../../i18n/words.ts'
import { ConfirmDialog } from '../../ui/dialog.tsx'
import { fieldOf } from './kinds.ts'
import { SEND_AGAIN } from './queries.ts'
import type { StreamView, Subject } from './subject.ts'
import { peopleTexts } from './texts.ts'

// They all have the same variables and results, under different names.
type SendAgain = (typeof SEND_AGAIN)['person']['unzr']

function mutationOf({ kind }: Subject, { stream }: StreamView): SendAgain | undefined {
  return Reflect.get(SEND_AGAIN[kind], stream) as SendAgain | undefined
}

/** Whether the stream is checked by this system and the subject is eligible for verification. */
export function mayBeSentAgain(subject: Subject, view: StreamView): boolean {
  if (!view.isServed || mutationOf(subject, view) === undefined) return false
  if (needsNhs(subject, view)) return isInNhs(subject)
  return subject.kind === 'person' ? subject.isActive : subject.isAtWork
}

/** What a dialog about a subject needs. */
export interface DialogProps {
  readonly subject: Subject
  readonly onClose: () => void
}

/** The dialog that queues a stream again. */
export function SendAgainDialog({ subject, view, onClose }: DialogProps & { readonly view: StreamView }) {
  const texts = useTexts(peopleTexts)
  const names = useTexts(words)
  const act = useAct(mutationOf(subject, view) ?? SEND_AGAIN.person.unzr)
  const field = fieldOf(view.stream)
  const input = {
    [`${subject.kind}Id`]: subject.id,
    [`${field}VerificationStatus`]: 'VERIFICATION_NEEDED',
    [`${field}VerificationReason`]: 'ONLINE_TRIGGERED',
  }
  return (
    <ConfirmDialog
      title={texts.sendAgainTitle(names.stream[view.stream])}
      confirm={texts.sendAgain}
      onConfirm={() => act.mutateAsync({ input } as unknown as VariablesOf<SendAgain>)}
      onClose={onClose}
    >
      <p>{texts.sendAgainText}</p>
    </ConfirmDialog>
  )
}

/** Whether only an NHS official may act on it: DRACS of parties, who must be employees of the NHS themselves. */
export function needsNhs({ kind }: Subject, { hasCandidates }: StreamView): boolean {
  return kind === 'party' && hasCandidates
}

function isInNhs(subject: Subject): boolean {
  if (subject.kind !== 'party') return false
  return subject.employees.some(
    ({ legalEntity, isActive, status }) => legalEntity.type === 'NHS' && isActive && status === 'APPROVED',
  )
}

/** Whether DRACS may be confirmed manually: for an NHS employee whose DRACS stream is NOT_VERIFIED. */
export function mayConfirmDeath(subject: Subject, view: StreamView): boolean {
  return needsNhs(subject, view) && view.status === 'NOT_VERIFIED' && isInNhs(subject)
}
