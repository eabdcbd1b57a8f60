/** Why a run is in its state, in words: the guard's findings and a lost worker are told, a person's words are shown as they are. */
import { useTexts } from '../../i18n/texts.ts'
import { Banner } from '../../ui/states.tsx'
import { guardFinding } from './guard.ts'
import { runTexts } from './texts.ts'

/** The words; `isShort` where they stand beside much else, and lead to the run itself. */
export function Why(props: { readonly state: string; readonly reason: string | null; readonly isShort?: boolean }) {
  const { state, reason, isShort = false } = props
  const texts = useTexts(runTexts)
  if (reason === null || reason === '') return null
  const finding = guardFinding(reason)
  if (finding !== undefined) {
    return (
      <Banner tone="warn">
        <p>
          <strong>{texts.guardTitle}.</strong>{' '}
          {finding.kind === 'answers'
            ? (isShort ? texts.guardAnswersShort : texts.guardAnswers)(finding.count, finding.of, finding.share)
            : (isShort ? texts.guardSubjectsShort : texts.guardSubjects)(finding.count, finding.of)}
        </p>
        {state === 'PAUSED' && !isShort && <p>{texts.guardNext}</p>}
      </Banner>
    )
  }
  if (reason === 'worker lost') return <Banner tone="bad">{texts.workerLost}</Banner>
  return (
    <Banner tone={state === 'FAILED' ? 'bad' : 'info'}>
      <strong>{texts.why}:</strong> {isShort ? shortened(reason) : reason}
    </Banner>
  )
}

const LONGEST = 140

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST).trimEnd()}…` : text
}
