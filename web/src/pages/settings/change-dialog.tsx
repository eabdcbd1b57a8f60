/** Changes a group of parameters; shows the old and new values before saving. */
import { useState } from 'react'
import { useAct } from '../../graphql/use-query.ts'
import { useTexts } from '../../i18n/texts.ts'
import { ConfirmDialog } from '../../ui/dialog.tsx'
import { Select, TextField } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useGroupName, useGroupValue } from './group-words.ts'
import { type Group, isFit, ruleOf, UNITS } from './groups.ts'
import { CHANGE, type Parameter } from './queries.ts'
import styles from './settings.module.css'
import { settingsTexts } from './texts.ts'

interface ChangeDialogProps {
  readonly group: Group
  readonly onSaved: () => void
  readonly onClose: () => void
}

/** The dialog. */
export function ChangeDialog({ group, onSaved, onClose }: ChangeDialogProps) {
  const texts = useTexts(settingsTexts)
  const nameOf = useGroupName()
  const act = useAct(CHANGE)
  const [given, setGiven] = useState<Readonly<Record<string, string>>>({})
  const wanted = group.parameters.map(({ parameter, value }) => ({
    parameter,
    value: (given[parameter] ?? value).trim(),
  }))
  const changes = wanted.filter(({ value }, at) => value !== group.parameters[at]?.value)
  const isReady = changes.length > 0 && wanted.every(({ parameter, value }) => isFit(parameter, value))
  const save = async () => {
    await act.mutateAsync({ parameters: changes })
    onSaved()
  }
  return (
    <ConfirmDialog
      title={texts.changeTitle(nameOf(group))}
      confirm={texts.save}
      isDisabled={!isReady}
      onConfirm={save}
      onClose={onClose}
    >
      <div className={styles['fields']}>
        {group.parameters.map((parameter) => (
          <ValueField
            key={parameter.parameter}
            parameter={parameter}
            value={given[parameter.parameter] ?? parameter.value}
            onChange={(value) => setGiven({ ...given, [parameter.parameter]: value })}
          />
        ))}
      </div>
      <Comparison group={group} wanted={isReady ? wanted : undefined} />
      <p>{group.key === undefined ? texts.otherEffect : texts.effects[group.key]}</p>
    </ConfirmDialog>
  )
}

function ValueField(props: {
  readonly parameter: Parameter
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  const texts = useTexts(settingsTexts)
  const { parameter, value, onChange } = props
  const rule = ruleOf(parameter.parameter)
  if (rule === 'unit') {
    return (
      <Select
        label={texts.unit}
        value={value}
        options={UNITS.map((unit) => [unit, texts.units[unit]])}
        onChange={onChange}
      />
    )
  }
  return (
    <TextField
      label={texts.value}
      value={value}
      onChange={onChange}
      inputMode={rule === 'text' ? 'text' : 'numeric'}
      autoComplete="off"
      problem={isFit(parameter.parameter, value.trim()) ? undefined : texts.problems[rule]}
    />
  )
}

interface Wanted {
  readonly parameter: string
  readonly value: string
}

function Comparison({ group, wanted }: { readonly group: Group; readonly wanted: readonly Wanted[] | undefined }) {
  const texts = useTexts(settingsTexts)
  const shownAs = useGroupValue()
  return (
    <div className={styles['comparison']} role="status">
      <span>
        <span className="soft">{texts.old}</span>
        <strong>{shownAs(group.parameters)}</strong>
      </span>
      <Icon name="right" />
      <span>
        <span className="soft">{texts.new}</span>
        {wanted === undefined ? <span className="soft">{texts.same}</span> : <strong>{shownAs(wanted)}</strong>}
      </span>
    </div>
  )
}
