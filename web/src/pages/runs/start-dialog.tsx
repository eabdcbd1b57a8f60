/** Selects a process, shows the number of due subjects, and starts a run. */
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useAct, useAnswer } from '../../graphql/use-query.ts'
import { useFormat } from '../../i18n/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import { words } from '../../i18n/words.ts'
import { ConfirmDialog } from '../../ui/dialog.tsx'
import { Select } from '../../ui/field.tsx'
import { Banner, Shown, Skeleton } from '../../ui/states.tsx'
import { PROCESSES, START } from './queries.ts'
import { runTexts } from './texts.ts'

/** The dialog; `process` is preselected. */
export function StartDialog(props: { readonly process: string | undefined; readonly onClose: () => void }) {
  const texts = useTexts(runTexts)
  const names = useTexts(words)
  const format = useFormat()
  const navigate = useNavigate()
  const keys = Object.entries(names.process)
  const [key, setKey] = useState(props.process ?? keys[0]?.[0] ?? '')
  const asked = useAnswer(PROCESSES, {})
  const start = useAct(START)
  const chosen = asked.data?.verificationProcesses?.find((each) => each.key === key)
  const isBusy = chosen?.newestRun != null && chosen.newestRun.endedAt === null
  const confirm = async (reason: string) => {
    const input = { process: key, reason: reason === '' ? null : reason }
    const { startVerificationRun } = await start.mutateAsync({ input })
    const runId = startVerificationRun?.verificationRun.databaseId
    if (runId !== undefined) await navigate({ to: '/runs/$runId', params: { runId } })
  }
  return (
    <ConfirmDialog
      title={texts.startTitle}
      confirm={texts.start}
      asksReason="optional"
      isDisabled={chosen === undefined || isBusy}
      onConfirm={confirm}
      onClose={props.onClose}
    >
      <Select label={texts.process} value={key} onChange={setKey} options={keys} />
      <Shown of={asked} skeleton={<Skeleton lines={2} />}>
        {() =>
          isBusy ? (
            <Banner tone="warn">{texts.startBusy}</Banner>
          ) : (
            <p>
              {chosen?.counts == null ? (
                texts.startUnknown
              ) : (
                <>
                  <strong>{texts.startCount(chosen.counts.due)}</strong>{' '}
                  <span className="soft">{texts.startCountedAt(format.time(chosen.counts.countedAt))}</span>
                </>
              )}
            </p>
          )
        }
      </Shown>
    </ConfirmDialog>
  )
}
