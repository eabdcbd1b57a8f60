/** Confirms queueing a stream again, or confirming it manually. */
import { useState } from 'react'
import type { VariablesOf } from '../../graphql/graphql.ts'
import { useAct } from '../../graphql/use-query.ts'
import { useTexts } from '../../i18n/texts.ts'
import { words } from '../../i18n/words.ts'
import { ConfirmDialog } from '../../ui/dialog.tsx'
import { Select, TextArea } from '../../ui/field.tsx'
import { fieldOf } from './kinds.ts'
import { CONFIRM_DEATH, SEND_AGAIN } from './queries.ts'
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

interface DialogProps {
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

const REASONS = ['MANUAL_NOT_CONFIRMED', 'MANUAL_CONFIRMED'] as const

/** The dialog of confirming. */
export function ConfirmDeathDialog({ subject, onClose }: DialogProps) {
  const texts = useTexts(peopleTexts)
  const act = useAct(CONFIRM_DEATH)
  const [reason, setReason] = useState<(typeof REASONS)[number]>(REASONS[0])
  const [comment, setComment] = useState('')
  return (
    <ConfirmDialog
      title={texts.confirmDeathTitle}
      confirm={texts.save}
      isDangerous
      onConfirm={() =>
        act.mutateAsync({
          input: {
            ...{ partyId: subject.id, dracsDeathVerificationStatus: 'VERIFIED', dracsDeathVerificationReason: reason },
            verificationComment: comment.trim() === '' ? null : comment.trim(),
          },
        })
      }
      onClose={onClose}
    >
      <p>{texts.confirmDeathText}</p>
      <Select
        label={texts.confirmDeathReason}
        value={reason}
        options={REASONS.map((each) => [each, texts.confirmDeathReasons[each]])}
        onChange={(value) => setReason(REASONS.find((each) => each === value) ?? REASONS[0])}
      />
      <TextArea
        label={texts.confirmDeathComment}
        hint={texts.confirmDeathCommentHint}
        value={comment}
        onChange={setComment}
      />
    </ConfirmDialog>
  )
}
