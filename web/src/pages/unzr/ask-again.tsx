/**
 * Asks about the same UNZR again. The API needs the full UNZR, but the page has it masked: the user types it, and it must match this
 * page's. Users who see full numbers only press the button.
 */
import { useState } from 'react'
import { askOnce, type useAct } from '../../graphql/use-query.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useMay, useViewer } from '../../session/viewer.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { KNOWN_UNZR, type SYNC_UNZR, type UnzrDetail } from './queries.ts'
import { unzrTexts } from './texts.ts'

interface AgainProps {
  readonly info: UnzrDetail
  readonly act: ReturnType<typeof useAct<typeof SYNC_UNZR>>
}

/** The button; renders nothing for users who may not ask, or while a request is pending. */
export function AskAgain({ info, act }: AgainProps) {
  const texts = useTexts(unzrTexts)
  const { masked } = useViewer()
  const mayAsk = useMay('unzr:write')
  const [isTyping, setIsTyping] = useState(false)
  if (!mayAsk || info.jobStatus === 'pending') return null
  const press = () => (masked ? setIsTyping(true) : act.mutate({ input: { unzr: info.unzr } }))
  return (
    <>
      <Button icon="undo" onPress={press} isPending={act.isPending}>
        {texts.askAgain}
      </Button>
      {isTyping && <TypedDialog info={info} act={act} onClose={() => setIsTyping(false)} />}
    </>
  )
}

function TypedDialog({ info, act, onClose }: AgainProps & { readonly onClose: () => void }) {
  const texts = useTexts(unzrTexts)
  const [unzr, setUnzr] = useState('')
  const [problem, setProblem] = useState<string>()
  const confirm = async () => {
    const found = await problemOf(info, unzr)
    if (found !== undefined) {
      setProblem(texts[found])
      return false
    }
    return act.mutateAsync({ input: { unzr } })
  }
  return (
    <ConfirmDialog title={texts.againTitle} confirm={texts.ask} onConfirm={confirm} onClose={onClose}>
      <p>{texts.againText}</p>
      <TextField
        label={texts.unzr}
        hint={texts.againHint(info.unzr)}
        problem={problem}
        value={unzr}
        onChange={(value) => {
          setUnzr(value)
          setProblem(undefined)
        }}
        autoComplete="off"
        spellCheck={false}
        maxLength={255}
        isMono
      />
    </ConfirmDialog>
  )
}

// A typo must not ask about another person: the input is compared with the visible digits, and then the API confirms whose record it is.
async function problemOf(
  { unzr: masked, databaseId }: UnzrDetail,
  unzr: string,
): Promise<'unzrNeeded' | 'againOther' | undefined> {
  if (unzr.trim() === '') return 'unzrNeeded'
  if (!couldBe(unzr, masked)) return 'againOther'
  const { unzrInfoRegister: known } = await askOnce(KNOWN_UNZR, { unzr })
  return known?.databaseId === databaseId ? undefined : 'againOther'
}

function couldBe(unzr: string, masked: string): boolean {
  const [typed, shown] = [[...unzr], [...masked]]
  return typed.length === shown.length && shown.every((each, at) => each === '*' || each === typed[at])
}
