/** Confirms a party's death without a candidate, or says that the act is of somebody else. */
import { useState } from 'react'
import { useAct } from '../../graphql/use-query.ts'
import { useTexts } from '../../i18n/texts.ts'
import { ConfirmDialog } from '../../ui/dialog.tsx'
import { Select, TextArea } from '../../ui/field.tsx'
import type { DialogProps } from '../people/act-dialogs.tsx'
import { peopleTexts } from '../people/texts.ts'
import { DECIDE_PARTY } from './queries.ts'

const REASONS = ['MANUAL_NOT_CONFIRMED', 'MANUAL_CONFIRMED'] as const

/** The dialog. */
export function ConfirmDeathDialog({ subject, onClose }: DialogProps) {
  const texts = useTexts(peopleTexts)
  const act = useAct(DECIDE_PARTY)
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
