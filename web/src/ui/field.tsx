/** Form fields: label above, error below, both linked to the input for screen readers. */
import { type ComponentProps, type ReactNode, useId, useState } from 'react'
import { useTexts } from '../i18n/texts.ts'
import { Button } from './button.tsx'
import styles from './field.module.css'
import { Icon } from './icon.tsx'
import { uiTexts } from './texts.ts'

interface FieldProps {
  readonly label: string
  readonly hint?: string | undefined
  readonly problem?: string | undefined
}

interface Bound {
  readonly id: string
  readonly className: string
  readonly 'aria-describedby'?: string
  readonly 'aria-invalid'?: true
}

function Field({ label, hint, problem, children }: FieldProps & { readonly children: (bound: Bound) => ReactNode }) {
  const id = useId()
  const described = [hint !== undefined && `${id}-hint`, problem !== undefined && `${id}-problem`].filter(Boolean)
  return (
    <div className={styles['field']}>
      <label className={styles['label']} htmlFor={id}>
        {label}
      </label>
      {children({
        id,
        className: styles['input'] ?? '',
        ...(described.length > 0 ? { 'aria-describedby': described.join(' ') } : {}),
        ...(problem === undefined ? {} : { 'aria-invalid': true }),
      })}
      {hint !== undefined && (
        <span id={`${id}-hint`} className={styles['hint']}>
          {hint}
        </span>
      )}
      {problem !== undefined && (
        <span id={`${id}-problem`} className={styles['problem']} role="alert">
          <Icon name="warning" size="1em" />
          {problem}
        </span>
      )}
    </div>
  )
}

type InputProps = FieldProps &
  Pick<
    ComponentProps<'input'>,
    | 'type'
    | 'autoComplete'
    | 'inputMode'
    | 'maxLength'
    | 'required'
    | 'name'
    | 'spellCheck'
    | 'min'
    | 'max'
    | 'ref'
    | 'aria-keyshortcuts'
  > & {
    readonly value: string
    readonly onChange: (value: string) => void
    /** Monospace, for ids and tokens. */
    readonly isMono?: boolean
  }

/** A line of text. */
export function TextField({ label, hint, problem, value, onChange, isMono = false, ...rest }: InputProps) {
  return (
    <Field {...{ label, hint, problem }}>
      {(bound) => (
        <input
          {...rest}
          {...bound}
          className={isMono ? `${bound.className} ${styles['mono']}` : bound.className}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

/** A multi-line text. */
export function TextArea(props: FieldProps & { readonly value: string; readonly onChange: (value: string) => void }) {
  const { label, hint, problem, value, onChange } = props
  return (
    <Field {...{ label, hint, problem }}>
      {(bound) => (
        <textarea
          {...bound}
          rows={3}
          maxLength={1000}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

interface SelectProps extends FieldProps {
  /** The empty text means "all" if that choice exists. */
  readonly value: string
  readonly onChange: (value: string) => void
  readonly options: readonly (readonly [value: string, label: string])[]
  /** The label of the choice "all"; without it a choice is required. */
  readonly all?: string
}

/** A choice of one of several. */
export function Select({ label, hint, problem, value, onChange, options, all }: SelectProps) {
  return (
    <Field {...{ label, hint, problem }}>
      {(bound) => (
        <select {...bound} value={value} onChange={(event) => onChange(event.target.value)}>
          {all !== undefined && <option value="">{all}</option>}
          {options.map(([each, name]) => (
            <option key={each} value={each}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

/** The filters of a list in a row, with a button to clear them. On narrow screens they collapse. */
export function Filters(props: { readonly children: ReactNode; readonly onClear?: (() => void) | undefined }) {
  const texts = useTexts(uiTexts)
  const [isOpen, setIsOpen] = useState(false)
  const fields = useId()
  return (
    <search className={styles['filters']} aria-label={texts.filters}>
      <span className={styles['fold']}>
        <Button icon="settings" isExpanded={isOpen} controls={fields} onPress={() => setIsOpen(!isOpen)}>
          {props.onClear === undefined ? texts.filters : texts.filtersSet}
        </Button>
      </span>
      <div id={fields} className={`${styles['fields']} ${isOpen ? styles['isOpen'] : ''}`}>
        {props.children}
      </div>
      {props.onClear !== undefined && (
        <Button look="quiet" onPress={props.onClear}>
          {texts.clear}
        </Button>
      )}
    </search>
  )
}
