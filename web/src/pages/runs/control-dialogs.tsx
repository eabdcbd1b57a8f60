/** Confirms pausing, resuming, stopping or reverting a run. */
import { useEffect, useState } from 'react'
import type { ApiFailure } from '../../graphql/request.ts'
import { asFailure, askOnce, useAct } from '../../graphql/use-query.ts'
import { useTexts } from '../../i18n/texts.ts'
import { ConfirmDialog } from '../../ui/dialog.tsx'
import { Banner, Skeleton, useFailureText } from '../../ui/states.tsx'
import { PAUSE, RECHECK, RESUME, type RunDetail, STOP } from './queries.ts'
import { runTexts } from './texts.ts'

/** Actions on a run. */
export type Control = 'pause' | 'resume' | 'stop' | 'recheck'

/** The actions that a run's state allows. */
export function controlsOf({ state, done }: RunDetail): readonly Control[] {
  switch (state) {
    case 'RUNNING':
      return ['pause', 'stop']
    case 'PAUSED':
      return ['resume', 'stop', 'recheck']
    case 'STOPPING':
      return []
    default:
      return done > 0 ? ['recheck'] : []
  }
}

interface DialogProps {
  readonly run: RunDetail
  readonly onClose: () => void
}

/** The dialog of an action. */
export function ControlDialog({ control, ...rest }: DialogProps & { readonly control: Control }) {
  return control === 'recheck' ? <RecheckDialog {...rest} /> : <StateDialog control={control} {...rest} />
}

const MUTATIONS = { pause: PAUSE, resume: RESUME, stop: STOP } as const

function StateDialog({ control, run, onClose }: DialogProps & { readonly control: keyof typeof MUTATIONS }) {
  const texts = useTexts(runTexts)
  // The three mutations have the same variables and results.
  const act = useAct(MUTATIONS[control] as typeof PAUSE)
  const resumeText = run.remaining === null ? texts.resumeTextUnknown : texts.resumeText(run.remaining)
  const told = {
    pause: { title: texts.pauseTitle, text: texts.pauseText },
    resume: { title: texts.resumeTitle, text: resumeText },
    stop: { title: texts.stopTitle, text: texts.stopText },
  }[control]
  return (
    <ConfirmDialog
      title={told.title}
      confirm={texts[control]}
      isDangerous={control === 'stop'}
      asksReason={control === 'stop' ? 'required' : 'optional'}
      onConfirm={(reason) => act.mutateAsync({ input: { id: run.id, reason: reason === '' ? null : reason } })}
      onClose={onClose}
    >
      <p>{told.text}</p>
    </ConfirmDialog>
  )
}

interface Counted {
  readonly persons: number
  readonly parties: number
  readonly inReview: number
  readonly isComplete: boolean
}

function useCount(runId: string): { readonly counted?: Counted; readonly failure?: ApiFailure } {
  const [result, setResult] = useState<{ counted?: Counted; failure?: ApiFailure }>({})
  useEffect(() => {
    const ending = new AbortController()
    askOnce(RECHECK, { input: { runId, reason: 'count', dryRun: true } }, ending.signal).then(
      ({ recheckVerificationRun: counted }) => counted != null && setResult({ counted }),
      (error: unknown) => ending.signal.aborted || setResult({ failure: asFailure(error) }),
    )
    return () => ending.abort()
  }, [runId])
  return result
}

function RecheckDialog({ run, onClose }: DialogProps) {
  const texts = useTexts(runTexts)
  const failureText = useFailureText()
  const { counted, failure } = useCount(run.id)
  const act = useAct(RECHECK)
  const confirm = async (reason: string) => {
    // A revert that is too large for one request continues where it stopped.
    for (;;) {
      const { recheckVerificationRun: done } = await act.mutateAsync({ input: { runId: run.id, reason } })
      if (done == null || done.isComplete) return
    }
  }
  const touched = counted === undefined ? 0 : counted.persons + counted.parties
  return (
    <ConfirmDialog
      title={texts.recheckTitle}
      confirm={texts.recheck}
      isDangerous
      asksReason="required"
      isDisabled={touched === 0}
      onConfirm={confirm}
      onClose={onClose}
    >
      <div role="status">
        {counted === undefined && failure === undefined && (
          <>
            <p>{texts.recheckCounting}</p>
            <Skeleton lines={1} />
          </>
        )}
        {failure !== undefined && <Banner tone="bad">{failureText(failure)}</Banner>}
        {counted !== undefined && (
          <p>{touched === 0 ? texts.recheckNothing : texts.recheckCount(counted.persons, counted.parties)}</p>
        )}
        {counted !== undefined && counted.inReview > 0 && <p>{texts.recheckInReview(counted.inReview)}</p>}
      </div>
    </ConfirmDialog>
  )
}
