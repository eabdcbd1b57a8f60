/** The filters of the list of employee requests. */
import { getRouteApi } from '@tanstack/react-router'
import { useTexts } from '../../i18n/texts.ts'
import { FilterField } from '../../ui/filter-field.tsx'
import { FilterRow, IdFilter, useFilters, WordFilter } from '../../ui/list-filters.tsx'
import { isPublicCode, REQUEST_STATUSES } from './search.ts'
import { requestTexts } from './texts.ts'

const route = getRouteApi('/employee-requests')

/** Filters that may identify a sole trader. They stay in memory and are not written to the URL. */
export interface Unaddressed {
  readonly edrpou: string
  readonly legalEntityName: string
}

/** Empty filters. */
export const NOBODY: Unaddressed = { edrpou: '', legalEntityName: '' }

interface RequestFiltersProps {
  readonly unaddressed: Unaddressed
  readonly onUnaddressed: (next: Unaddressed) => void
}

/** The filters. */
export function RequestFilters({ unaddressed, onUnaddressed }: RequestFiltersProps) {
  const texts = useTexts(requestTexts)
  const filters = useFilters(route.useSearch())
  const byCode = (code: string) => {
    const isPublic = isPublicCode(code)
    onUnaddressed({ ...unaddressed, edrpou: isPublic ? '' : code })
    filters.narrow({ edrpou: isPublic ? code : undefined })
  }
  const isAny = filters.isAny || Object.values(unaddressed).some((each) => each !== '')
  const clear = () => {
    onUnaddressed(NOBODY)
    filters.clear()
  }
  return (
    <FilterRow of={{ ...filters, isAny, clear }}>
      <WordFilter
        of={filters}
        name="status"
        label={texts.status}
        all={texts.anyStatus}
        options={REQUEST_STATUSES.map((status) => [status, texts.statuses[status]])}
      />
      <WordFilter
        of={filters}
        name="noTaxId"
        label={texts.taxIdGiven}
        all={texts.anyTaxId}
        options={[
          ['no', texts.withTaxId],
          ['yes', texts.noTaxId],
        ]}
      />
      <FilterField label={texts.edrpou} value={filters.search.edrpou ?? unaddressed.edrpou} onApply={byCode} />
      <FilterField
        label={texts.legalEntityName}
        value={unaddressed.legalEntityName}
        onApply={(legalEntityName) => {
          onUnaddressed({ ...unaddressed, legalEntityName })
          // Back to the first page, as with any other filter.
          filters.narrow({})
        }}
      />
      <IdFilter of={filters} name="entity" label={texts.legalEntityId} />
    </FilterRow>
  )
}
