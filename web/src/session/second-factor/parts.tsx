/** Steps of setting up a second factor, used in the dialog and at sign-in: the QR code, a code field, the recovery codes. */
import { useEffect, useRef } from 'react'
import { useTexts } from '../../i18n/texts.ts'
import { CopyId } from '../../ui/copy-id.tsx'
import { CodeField } from '../code-field.tsx'
import { QrCode } from './qr-code.tsx'
import type { Begun } from './requests.ts'
import styles from './second-factor.module.css'
import { secondFactorTexts } from './texts.ts'

/** The QR code for the app, and the field for the first code. */
export function Scan(props: {
  readonly begun: Begun
  readonly code: string
  readonly onCode: (code: string) => void
  readonly problem: string | undefined
}) {
  const texts = useTexts(secondFactorTexts)
  const { secret, uri } = props.begun
  return (
    <div className={styles['part']}>
      <p>{texts.scan}</p>
      <QrCode text={uri} label={texts.qr} />
      <p>
        {texts.byHand} <CopyId id={secret} what={texts.secret} />
      </p>
      <p>
        <a href={uri}>{texts.here}</a>
      </p>
      <CodeField
        label={texts.code}
        hint={texts.codeHint}
        value={props.code}
        onChange={props.onCode}
        problem={props.problem}
      />
    </div>
  )
}

/** The recovery codes, shown only once. */
export function RecoveryCodes({ codes }: { readonly codes: readonly string[] }) {
  const texts = useTexts(secondFactorTexts)
  const lead = useRef<HTMLParagraphElement>(null)
  // The focused element is gone; moving the focus lets screen readers announce its replacement.
  useEffect(() => lead.current?.focus(), [])
  return (
    <div className={styles['part']}>
      <p ref={lead} tabIndex={-1}>
        <strong>{texts.codes}.</strong> {texts.codesLead}
      </p>
      <ul className={styles['codes']}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <CopyId id={codes.join('\n')} what={texts.codesAll} shown={texts.codesAll} />
    </div>
  )
}
