/** Confirms a decision: shows what will follow, and asks for the reason and the comment to store. */
import { useState } from 'react'
import { asFailure, useAct } from '../../graphql/use-query.ts'
import { useFormat } from '../../i18n/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import { ConfirmDialog } from '../../ui/dialog.tsx'
import { Select, TextArea, TextField } from '../../ui/field.tsx'
import styles from './deaths.module.css'
import { type Candidate, type CandidateSubject, DECIDE_PARTY, DECIDE_PERSON } from './queries.ts'
import { deathsTexts } from './texts.ts'

/** The possible decisions. */
export type Decision = 'dead' | 'notDead' | 'doctor'

const REASONS = {
  dead: ['MANUAL_CONFIRMED', 'MANUAL_DECEASED'],
  notDead: ['MANUAL_NOT_CONFIRMED', 'MANUAL_NO_DEATH_RECORD'],
  doctor: ['MANUAL_CONFIRMED', 'MANUAL_DECEASED'],
} as const
type Reason = (typeof REASONS)[Decision][number]

interface DecisionProps {
  readonly candidate: Candidate
  readonly subject: CandidateSubject
  readonly decision: Decision
  readonly onDecided: () => void
  /** Called if somebody else has already decided. */
  readonly onLate: () => void
  readonly onClose: () => void
}

/** The dialog. */
export function DecisionDialog({ candidate, subject, decision, onDecided, onLate, onClose }: DecisionProps) {
  const texts = useTexts(deathsTexts)
  const decide = useDecide(candidate, subject)
  const [reason, setReason] = useState<Reason>(REASONS[decision][0])
  const [comment, setComment] = useState('')
  const [problem, setProblem] = useState<string>()
  const [deathDate, setDeathDate] = useState(candidate.dracsDeathAct?.deathDay ?? '')
  const hasDate = decision === 'dead' && candidate.kind === 'person'
  const act = async () => {
    if (comment.trim() === '') {
      setProblem(texts.commentNeeded)
      return false
    }
    try {
      await decide(decision, { reason, comment, deathDate: hasDate && deathDate !== '' ? deathDate : null })
      onDecided()
    } catch (error) {
      if (asFailure(error).code !== 'CONFLICT') throw error
      onLate()
    }
    return true
  }
  return (
    <ConfirmDialog
      title={texts[`${decision}Title`]}
      confirm={texts[decision]}
      isDangerous={decision === 'dead'}
      onConfirm={act}
      onClose={onClose}
    >
      <Consequences candidate={candidate} decision={decision} />
      <Select
        label={texts.reason}
        value={reason}
        options={REASONS[decision].map((each) => [each, texts.reasons[each]])}
        onChange={(value) => setReason(REASONS[decision].find((each) => each === value) ?? REASONS[decision][0])}
      />
      {hasDate && <TextField label={texts.deathDate} type="date" value={deathDate} onChange={setDeathDate} />}
      <TextArea
        label={texts.comment}
        hint={texts.commentHint}
        problem={problem}
        value={comment}
        onChange={(value) => {
          setComment(value)
          setProblem(undefined)
        }}
      />
    </ConfirmDialog>
  )
}

function Consequences({ candidate, decision }: Pick<DecisionProps, 'candidate' | 'decision'>) {
  const texts = useTexts(deathsTexts)
  const format = useFormat()
  const { kind, endingDeclarations: declarations } = candidate
  if (decision !== 'dead') return <p>{decision === 'doctor' ? texts.doctorText : texts.notDeadText}</p>
  if (kind === 'party') return <p>{texts.deadText.party}</p>
  return (
    <>
      <p>{texts.deadText.person}</p>
      <p>{texts.ending(declarations.length)}</p>
      {declarations.length > 0 && (
        <ul className={styles['declarations']}>
          {declarations.map(({ databaseId, declarationNumber, startDate, employeeName, legalEntityName }) => (
            <li key={databaseId}>
              {texts.declaration(declarationNumber ?? texts.noNumber, format.day(startDate))}
              <p className="soft">{[employeeName, legalEntityName].filter((each) => each !== null).join(', ')}</p>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

interface Given {
  readonly reason: Reason
  readonly comment: string
  readonly deathDate: string | null
}

function useDecide(candidate: Candidate, { id }: CandidateSubject) {
  const person = useAct(DECIDE_PERSON)
  const party = useAct(DECIDE_PARTY)
  return (decision: Decision, { reason, comment, deathDate }: Given): Promise<unknown> => {
    const input = {
      dracsDeathVerificationStatus: decision === 'doctor' ? 'NOT_VERIFIED' : 'VERIFIED',
      dracsDeathVerificationReason: reason,
      dracsDeathActId: candidate.dracsDeathAct?.databaseId ?? null,
      verificationComment: comment.trim(),
    } as const
    return candidate.kind === 'person'
      ? person.mutateAsync({ input: { ...input, personId: id, deathDate } })
      : party.mutateAsync({ input: { ...input, partyId: id } })
  }
}
