/** The filters of the audit. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { kyivWall } from '../../i18n/kyiv.ts'
import { useTexts } from '../../i18n/texts.ts'
import { buttonClass } from '../../ui/button.tsx'
import { FilterRow, IdFilter, TimeFilter, useFilters, WordFilter } from '../../ui/list-filters.tsx'
import styles from './audit.module.css'
import { AUDIT_ACTIONS, AUDIT_RESULTS, type AuditSearch } from './search.ts'
import { auditTexts } from './texts.ts'

const route = getRouteApi('/audit')

/** The filters. */
export function AuditFilters() {
  const texts = useTexts(auditTexts)
  const search = route.useSearch()
  const filters = useFilters(search)
  return (
    <div className={styles['filters']}>
      <FilterRow of={filters}>
        <IdFilter of={filters} name="subject" label={texts.subjectId} />
        <IdFilter of={filters} name="user" label={texts.userId} />
        <IdFilter of={filters} name="client" label={texts.clientId} />
        <IdFilter of={filters} name="token" label={texts.tokenId} />
        <WordFilter
          of={filters}
          name="action"
          label={texts.action}
          all={texts.anyAction}
          options={AUDIT_ACTIONS.map((action) => [action, texts.actions[action]])}
        />
        <WordFilter
          of={filters}
          name="result"
          label={texts.result}
          all={texts.anyResult}
          options={AUDIT_RESULTS.map((result) => [result, texts.results[result]])}
        />
        <WordFilter
          of={filters}
          name="operation"
          label={texts.operation}
          all={texts.anyOperation}
          options={operationsByWords(texts.operations)}
        />
        <TimeFilter of={filters} name="from" type="datetime-local" label={texts.from} />
        <TimeFilter of={filters} name="to" type="datetime-local" label={texts.to} />
      </FilterRow>
      <Periods search={search} />
    </div>
  )
}

// If several have the same text, their names are added.
function operationsByWords(all: Readonly<Record<string, string>>) {
  const names = Object.entries(all).map(([name, words]) => {
    const isShared = Object.entries(all).some(([other, same]) => other !== name && same === words)
    return [name, isShared ? `${words} (${name})` : words] as const
  })
  return names.toSorted(([, one], [, other]) => one.localeCompare(other))
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
