/** The filters of the list of employee requests. */
import { getRouteApi } from '@tanstack/react-router'
import { useTexts } from '../../i18n/texts.ts'
import { Filters, Select } from '../../ui/field.tsx'
import { FilterField, isId } from '../../ui/filter-field.tsx'
import { isPublicCode, REQUEST_STATUSES, type RequestsSearch } from './search.ts'
import { requestTexts } from './texts.ts'

const route = getRouteApi('/employee-requests')

/** Filters that can name a person in business: they stay in the page, and out of its address. */
export interface Unaddressed {
  readonly edrpou: string
  readonly legalEntityName: string
}

/** None of them. */
export const NOBODY: Unaddressed = { edrpou: '', legalEntityName: '' }

interface RequestFiltersProps {
  readonly unaddressed: Unaddressed
  readonly onUnaddressed: (next: Unaddressed) => void
}

/** The filters. */
export function RequestFilters({ unaddressed, onUnaddressed }: RequestFiltersProps) {
  const texts = useTexts(requestTexts)
  const { after: _after, before: _before, ...search } = route.useSearch()
  const navigate = route.useNavigate()
  const narrow = (change: RequestsSearch) => void navigate({ search: { ...search, ...change } })
  const byCode = (code: string) => {
    const isPublic = isPublicCode(code)
    onUnaddressed({ ...unaddressed, edrpou: isPublic ? '' : code })
    narrow({ edrpou: isPublic ? code : undefined })
  }
  const isFiltered = [...Object.values(search), ...Object.values(unaddressed)].some(
    (each) => each !== undefined && each !== '',
  )
  const clear = () => {
    onUnaddressed(NOBODY)
    void navigate({ search: {} })
  }
  return (
    <Filters onClear={isFiltered ? clear : undefined}>
      <Select
        label={texts.status}
        value={search.status ?? ''}
        all={texts.anyStatus}
        options={REQUEST_STATUSES.map((status) => [status, texts.statuses[status]])}
        onChange={(status) => narrow({ status: REQUEST_STATUSES.find((each) => each === status) })}
      />
      <Select
        label={texts.taxIdGiven}
        value={search.noTaxId ?? ''}
        all={texts.anyTaxId}
        options={[
          ['no', texts.withTaxId],
          ['yes', texts.noTaxId],
        ]}
        onChange={(given) => narrow({ noTaxId: (['yes', 'no'] as const).find((each) => each === given) })}
      />
      <FilterField label={texts.edrpou} value={search.edrpou ?? unaddressed.edrpou} onApply={byCode} />
      <FilterField
        label={texts.legalEntityName}
        value={unaddressed.legalEntityName}
        onApply={(legalEntityName) => {
          onUnaddressed({ ...unaddressed, legalEntityName })
          narrow({})
        }}
      />
      <FilterField
        isId
        label={texts.legalEntityId}
        value={search.entity ?? ''}
        problemOf={(given) => (isId(given) ? undefined : texts.badId)}
        onApply={(given) => narrow({ entity: given === '' ? undefined : given.toLowerCase() })}
      />
    </Filters>
  )
}
