/** The filters of the audit. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { kyivWall } from '../../i18n/kyiv.ts'
import { useTexts } from '../../i18n/texts.ts'
import { buttonClass } from '../../ui/button.tsx'
import { Filters, Select } from '../../ui/field.tsx'
import { FilterField, isId } from '../../ui/filter-field.tsx'
import styles from './audit.module.css'
import { AUDIT_ACTIONS, type AuditSearch } from './search.ts'
import { auditTexts } from './texts.ts'

const route = getRouteApi('/audit')
const NOTHING: AuditSearch = {
  ...{ subject: undefined, user: undefined, client: undefined, operation: undefined, action: undefined },
  ...{ from: undefined, to: undefined, after: undefined, before: undefined },
}

/** The filters. */
export function AuditFilters() {
  const texts = useTexts(auditTexts)
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const narrow = (change: AuditSearch) =>
    void navigate({ search: { ...search, after: undefined, before: undefined, ...change } })
  const { after: _after, before: _before, ...filters } = search
  const isFiltered = Object.values(filters).some((each) => each !== undefined)
  const id = (name: 'subject' | 'user' | 'client', label: string, hint?: string) => (
    <FilterField
      isId
      label={label}
      {...(hint === undefined ? {} : { hint })}
      value={search[name] ?? ''}
      problemOf={(given) => (isId(given) ? undefined : texts.badId)}
      onApply={(given) => narrow({ [name]: given === '' ? undefined : given.toLowerCase() })}
    />
  )
  return (
    <div className={styles['filters']}>
      <Filters onClear={isFiltered ? () => void navigate({ search: NOTHING }) : undefined}>
        {id('subject', texts.subjectId)}
        {id('user', texts.userId)}
        {id('client', texts.clientId)}
        <Select
          label={texts.action}
          value={search.action ?? ''}
          all={texts.anyAction}
          options={AUDIT_ACTIONS.map((action) => [action, texts.actions[action]])}
          onChange={(action) => narrow({ action: AUDIT_ACTIONS.find((each) => each === action) })}
        />
        <Select
          label={texts.operation}
          value={search.operation ?? ''}
          all={texts.anyOperation}
          options={operations(texts.operations, search.operation)}
          onChange={(operation) => narrow({ operation: operation === '' ? undefined : operation })}
        />
        <Time name="from" label={texts.from} search={search} narrow={narrow} />
        <Time name="to" label={texts.to} search={search} narrow={narrow} />
      </Filters>
      <Periods search={search} />
    </div>
  )
}

// By their words; what this page does not know but the address asks for is offered as it is.
function operations(known: Readonly<Record<string, string>>, asked: string | undefined) {
  const all: Readonly<Record<string, string>> =
    asked === undefined || asked in known ? known : { ...known, [asked]: asked }
  const names = Object.entries(all).map(([name, words]) => {
    const isShared = Object.entries(all).some(([other, same]) => other !== name && same === words)
    return [name, isShared ? `${words} (${name})` : words] as const
  })
  return names.toSorted(([, one], [, other]) => one.localeCompare(other))
}

function Time(props: {
  readonly name: 'from' | 'to'
  readonly label: string
  readonly search: AuditSearch
  readonly narrow: (change: AuditSearch) => void
}) {
  const { name, label, search, narrow } = props
  return (
    <FilterField
      label={label}
      type="datetime-local"
      value={search[name] ?? ''}
      onApply={(given) => narrow({ [name]: given === '' ? undefined : given })}
    />
  )
}

const DAY_MILLISECONDS = 86_400_000

function Periods({ search }: { readonly search: AuditSearch }) {
  const texts = useTexts(auditTexts)
  const since = (days: number) => `${kyivWall(new Date(Date.now() - days * DAY_MILLISECONDS)).slice(0, 10)}T00:00`
  const periods = [
    [texts.today, since(0)],
    [texts.week, since(6)],
    [texts.month, since(29)],
    [texts.anyTime, undefined],
  ] as const
  return (
    <nav className={styles['periods']} aria-label={texts.period}>
      <span className="soft" aria-hidden="true">
        {texts.period}
      </span>
      {periods.map(([name, from]) => (
        <Link
          key={name}
          to="/audit"
          search={{ ...search, from, to: undefined, after: undefined, before: undefined }}
          className={buttonClass('quiet', true)}
          activeProps={{}}
          {...(search.from === from && search.to === undefined
            ? { 'aria-current': 'true' as const }
            : { 'aria-current': undefined })}
        >
          {name}
        </Link>
      ))}
    </nav>
  )
}
