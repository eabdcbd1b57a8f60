/** Reveals numbers: an action with a reason, which the audit stores. Revealed values stay in memory and disappear with the page. */
import { useState } from 'react'
import { askOnce } from '../../graphql/use-query.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useMay, useViewer } from '../../session/viewer.ts'
import { ConfirmDialog } from '../../ui/dialog.tsx'
import styles from './people.module.css'
import { REVEAL_PARTY, REVEAL_PERSON } from './queries.ts'
import type { Subject } from './subject.ts'
import { peopleTexts } from './texts.ts'

/** The revealed values; undefined if not requested. */
export interface Revealed {
  readonly taxId?: string | null | undefined
  readonly unzr?: string | null | undefined
  readonly phones?: readonly { readonly type: string | null; readonly number: string }[] | undefined
  /** Numbers by the ids of their documents. */
  readonly documents?: ReadonlyMap<string, string> | undefined
}

const FIELDS = { person: ['TAX_ID', 'UNZR', 'DOCUMENTS'], party: ['TAX_ID', 'PHONES', 'DOCUMENTS'] } as const
type Field = (typeof FIELDS)['person' | 'party'][number]

/** Whether there is something to reveal and the viewer may; users who see full numbers do not need it. */
export function useMayReveal({ kind }: Pick<Subject, 'kind'>): boolean {
  const may = useMay(`${kind}:personal_data`)
  return useViewer().masked && may
}

/** The dialog. */
export function RevealDialog(props: {
  readonly subject: Pick<Subject, 'kind' | 'id'>
  readonly onRevealed: (revealed: Revealed) => void
  readonly onClose: () => void
}) {
  const { subject, onRevealed, onClose } = props
  const texts = useTexts(peopleTexts)
  const [chosen, setChosen] = useState<readonly Field[]>(FIELDS[subject.kind])
  const toggle = (field: Field) =>
    setChosen(chosen.includes(field) ? chosen.filter((each) => each !== field) : [...chosen, field])
  return (
    <ConfirmDialog
      title={texts.revealTitle}
      confirm={texts.reveal}
      asksReason="required"
      isDisabled={chosen.length === 0}
      onConfirm={async (reason) => onRevealed(await reveal(subject, chosen, reason))}
      onClose={onClose}
    >
      <p>{texts.revealText}</p>
      <fieldset className={styles['checks']}>
        <legend>{texts.revealWhat}</legend>
        {FIELDS[subject.kind].map((field) => (
          <label key={field}>
            <input type="checkbox" checked={chosen.includes(field)} onChange={() => toggle(field)} />
            {texts.revealField[field]}
          </label>
        ))}
        {chosen.length === 0 && (
          <p className={styles['problem']} role="alert">
            {texts.revealNone}
          </p>
        )}
      </fieldset>
    </ConfirmDialog>
  )
}

// Sent directly: the mutation hook would load everything visible again, which would be audited once more.
async function reveal(
  { kind, id }: Pick<Subject, 'kind' | 'id'>,
  fields: readonly Field[],
  reason: string,
): Promise<Revealed> {
  const has = (field: Field) => fields.includes(field)
  const numbers = (documents: readonly { databaseId: string; number: string }[] | null | undefined) =>
    has('DOCUMENTS') ? new Map((documents ?? []).map(({ databaseId, number }) => [databaseId, number])) : undefined
  if (kind === 'person') {
    const given = FIELDS.person.filter(has)
    const { revealPersonData: shown } = await askOnce(REVEAL_PERSON, { input: { id, fields: given, reason } })
    return {
      taxId: has('TAX_ID') ? shown?.taxId : undefined,
      unzr: has('UNZR') ? shown?.unzr : undefined,
      documents: numbers(shown?.documents),
    }
  }
  const given = FIELDS.party.filter(has)
  const { revealPartyData: shown } = await askOnce(REVEAL_PARTY, { input: { id, fields: given, reason } })
  return {
    taxId: has('TAX_ID') ? shown?.taxId : undefined,
    phones: has('PHONES') ? (shown?.phones ?? []) : undefined,
    documents: numbers(shown?.documents),
  }
}
