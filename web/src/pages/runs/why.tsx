/** Why a run is in its state: the program's finding, and the user's comment. */
import { useSay } from '../../i18n/messages.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Banner } from '../../ui/states.tsx'
import type { RunLine } from './queries.ts'
import { runTexts } from './texts.ts'

/** The explanation; `isShort` is for tables, with a link to the run. */
export function Why(props: { readonly run: RunLine; readonly isShort?: boolean }) {
  const { state, heldBy, finding, reason } = props.run
  const { isShort = false } = props
  const texts = useTexts(runTexts)
  const say = useSay()
  const hasReason = reason !== null && reason !== ''
  if (finding === null && !hasReason) return null
  const isByGuard = heldBy === 'GUARD'
  const tone = state === 'FAILED' ? 'bad' : isByGuard ? 'warn' : 'info'
  return (
    <Banner tone={tone}>
      <p>
        <strong>{isByGuard ? `${texts.guardTitle}.` : `${texts.why}:`}</strong>{' '}
        {finding !== null && `${say([finding])} `}
        {hasReason && (isShort ? shortened(reason) : reason)}
      </p>
      {isByGuard && state === 'PAUSED' && !isShort && <p>{texts.guardNext}</p>}
    </Banner>
  )
}

const LONGEST = 140

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST).trimEnd()}…` : text
}
