/** The columns of the audit. Users and clients are links that filter the list. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { SubjectLink, subjectTexts } from '../../app/subject-link.tsx'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import type { IconName } from '../../ui/icon.tsx'
import type { Column } from '../../ui/table.tsx'
import { Moment } from '../../ui/time.tsx'
import styles from './audit.module.css'
import type { AuditLine } from './queries.ts'
import type { AuditSearch } from './search.ts'
import { auditTexts } from './texts.ts'

const route = getRouteApi('/audit')
const LOOKS: Readonly<Record<AuditLine['action'], readonly [Tone, IconName]>> = {
  READ: ['info', 'audit'],
  REVEAL: ['warn', 'warning'],
  WRITE: ['quiet', 'settings'],
  SIGN_IN: ['quiet', 'persons'],
  SIGN_OUT: ['quiet', 'leave'],
  REFUSAL: ['warn', 'warning'],
}

/** The columns; in a list of one subject, its id is omitted. */
export function useAuditColumns(subject: string | undefined): Column<AuditLine>[] {
  const texts = useTexts(auditTexts)
  return [
    { key: 'when', header: texts.when, cell: (record) => <When record={record} /> },
    { key: 'who', header: texts.who, cell: (record) => <Who record={record} /> },
    {
      key: 'action',
      header: texts.action,
      cell: ({ action }) => {
        const [tone, icon] = LOOKS[action]
        return (
          <Badge tone={tone} icon={icon}>
            {texts.actions[action]}
          </Badge>
        )
      },
    },
    {
      key: 'operation',
      header: texts.operation,
      cell: ({ operation }) => (
        <span className={styles['pair']}>
          <span>{textOf(texts.operations, operation)}</span>
          <span className={`mono soft ${styles['raw']}`}>{operation}</span>
        </span>
      ),
    },
    { key: 'subject', header: texts.subject, cell: (record) => <Subjects record={record} asked={subject} /> },
    { key: 'details', header: texts.details, cell: (record) => <Details record={record} /> },
  ]
}

function When({ record: { at, requestId } }: { readonly record: AuditLine }) {
  const texts = useTexts(auditTexts)
  return (
    <span className={styles['pair']}>
      <span className={styles['moment']}>
        <Moment at={at} />
      </span>
      <span className={`soft ${styles['raw']}`}>
        {texts.request} <CopyId id={requestId} what={texts.requestId} isShort />
      </span>
    </span>
  )
}

// Breaks lines before the host, and elsewhere only if necessary.
function Email({ email }: { readonly email: string }) {
  const [name = '', host = ''] = email.split(/(?=@)/)
  return (
    <>
      {name}
      <wbr />
      {host}
    </>
  )
}

function Narrowed(props: { readonly to: Partial<AuditSearch>; readonly title: string; readonly children: ReactNode }) {
  const search = route.useSearch()
  return (
    <Link
      to="/audit"
      search={{ ...search, after: undefined, before: undefined, ...props.to }}
      title={props.title}
      activeProps={{}}
      {...{ 'aria-current': undefined }}
    >
      {props.children}
    </Link>
  )
}

function Who({
  record: { userId, userEmail, clientId, clientName, tokenId, operator, address },
}: {
  readonly record: AuditLine
}) {
  const texts = useTexts(auditTexts)
  return (
    <span className={styles['pair']}>
      {userId === null ? (
        <span>{texts.unknown}</span>
      ) : userEmail === null ? (
        <span>
          {operator ?? texts.system} <CopyId id={userId} what={texts.userId} isShort />
        </span>
      ) : (
        <Narrowed to={{ user: userId }} title={texts.narrowUser(userEmail)}>
          <Email email={userEmail} />
        </Narrowed>
      )}
      {clientName !== null && (
        <span className="soft">
          <Narrowed to={{ client: clientId ?? undefined }} title={texts.narrowClient(clientName)}>
            {clientName}
          </Narrowed>
        </span>
      )}
      {tokenId !== null && (
        <span className={`soft ${styles['raw']}`}>
          <Narrowed to={{ token: tokenId }} title={texts.narrowToken}>
            {texts.token}
          </Narrowed>{' '}
          <CopyId id={tokenId} what={texts.tokenId} isShort />
        </span>
      )}
      {address !== null && <span className={`mono soft ${styles['raw']}`}>{address}</span>}
    </span>
  )
}

const SHOWN_IDS = 2

function Subjects({ record, asked }: { readonly record: AuditLine; readonly asked: string | undefined }) {
  const texts = useTexts(auditTexts)
  const [isOpen, setIsOpen] = useState(false)
  const { subjectKind, subjectIds } = record
  const first = asked === undefined ? subjectIds.slice(0, SHOWN_IDS) : [asked]
  const rest = subjectIds.length - first.length
  return (
    <span className={styles['subjects']}>
      {(isOpen ? subjectIds : first).map((id) => (
        <SubjectLink key={id} kind={subjectKind} id={id} />
      ))}
      {subjectIds.length === 0 && <SubjectKind kind={subjectKind} />}
      {rest > 0 && (
        <Button isSmall look="quiet" isExpanded={isOpen} onPress={() => setIsOpen(!isOpen)}>
          {isOpen ? texts.hideIds : texts.others(rest)}
        </Button>
      )}
    </span>
  )
}

function SubjectKind({ kind }: { readonly kind: string }) {
  const texts = useTexts(subjectTexts)
  return <span>{textOf(texts.kind, kind)}</span>
}

function Details({ record: { reason, fields, result, occurrences } }: { readonly record: AuditLine }) {
  const texts = useTexts(auditTexts)
  if (reason === null && (fields ?? []).length === 0 && result === 'DONE') return null
  return (
    <span className={styles['pair']}>
      {result !== 'DONE' && <span>{texts.results[result]}</span>}
      {occurrences > 1 && <span className="soft">{texts.times(occurrences)}</span>}
      {reason !== null && <span>{reason}</span>}
      {fields !== null && fields.length > 0 && (
        <span className="soft">
          {texts.fields}: {fields.map((field) => textOf(texts.fieldNames, field)).join(', ')}
        </span>
      )}
    </span>
  )
}
