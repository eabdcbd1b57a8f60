/** The list of events. */
import { getRouteApi } from '@tanstack/react-router'
import { kindOf, subjectTexts } from '../../app/subject-link.tsx'
import { askOnce, useAnswer } from '../../graphql/use-query.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Button } from '../../ui/button.tsx'
import { ExportButton } from '../../ui/export.tsx'
import { Filters, Select } from '../../ui/field.tsx'
import { FilterField, isId } from '../../ui/filter-field.tsx'
import { Page } from '../../ui/page.tsx'
import { PAGE_SIZE, Pager, pageVariables } from '../../ui/pager.tsx'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { EventTable } from './event-table.tsx'
import { EVENTS, type EventLine } from './queries.ts'
import { ENTITY_TYPES, EVENT_TYPES, type EventsSearch } from './search.ts'
import { eventTexts } from './texts.ts'

const route = getRouteApi('/events')

/** The page. */
export function EventsPage() {
  const texts = useTexts(eventTexts)
  const search = route.useSearch()
  const filter = filterOf(search)
  const { data, error, isPlaceholderData, refetch } = useAnswer(EVENTS, { filter, ...pageVariables(search) })
  const events = data?.events
  return (
    <Page
      title={texts.title}
      lead={texts.lead}
      actions={
        <Button icon="runs" onPress={() => void refetch()}>
          {texts.refresh}
        </Button>
      }
    >
      <EventFilters />
      {error !== null && data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <EventTable
          rows={events?.nodes}
          isStale={isPlaceholderData}
          expected={20}
          empty={
            <EmptyState title={texts.empty} icon="events">
              {texts.emptyText}
            </EmptyState>
          }
        />
      )}
      {events != null && (
        <Pager pageInfo={events.pageInfo} total={{ count: events.totalCount, isExact: events.totalCountIsExact }}>
          <EventsExport search={search} />
        </Pager>
      )}
    </Page>
  )
}

function filterOf({ day, type, entityType, entity }: EventsSearch) {
  return {
    ...{ date: day ?? null, eventType: type ?? null, entityType: entityType ?? null, entityId: entity ?? null },
  }
}

function EventFilters() {
  const texts = useTexts(eventTexts)
  const { kind } = useTexts(subjectTexts)
  const { after: _after, before: _before, ...search } = route.useSearch()
  const navigate = route.useNavigate()
  const narrow = (change: EventsSearch) => void navigate({ search: { ...search, ...change } })
  const set = (name: keyof typeof search) => (given: string) => narrow({ [name]: given === '' ? undefined : given })
  const isFiltered = Object.values(search).some((each) => each !== undefined)
  const kinds: Readonly<Record<string, string>> = kind
  return (
    <Filters onClear={isFiltered ? () => void navigate({ search: {} }) : undefined}>
      <Select
        label={texts.entityType}
        value={search.entityType ?? ''}
        all={texts.anyEntity}
        options={withAsked(ENTITY_TYPES, search.entityType).map((each) => [each, kinds[kindOf(each)] ?? each])}
        onChange={set('entityType')}
      />
      <FilterField
        isId
        label={texts.entityId}
        value={search.entity ?? ''}
        problemOf={(given) => (isId(given) ? undefined : texts.badId)}
        onApply={(given) => set('entity')(given.toLowerCase())}
      />
      <Select
        label={texts.type}
        value={search.type ?? ''}
        all={texts.anyType}
        options={withAsked(EVENT_TYPES, search.type).map((each) => [
          each,
          (texts.types as Readonly<Record<string, string>>)[each] ?? each,
        ])}
        onChange={set('type')}
      />
      <FilterField label={texts.day} type="date" value={search.day ?? ''} onApply={set('day')} />
    </Filters>
  )
}

// What the address asks for is offered as well, whatever it is.
function withAsked(known: readonly string[], asked: string | undefined): readonly string[] {
  return asked === undefined || known.includes(asked) ? known : [...known, asked]
}

function EventsExport({ search }: { readonly search: EventsSearch }) {
  const texts = useTexts(eventTexts)
  return (
    <ExportButton<EventLine>
      name="zvirka-events"
      columns={[
        { header: texts.id, value: ({ databaseId }) => databaseId },
        { header: texts.when, value: ({ eventTime }) => eventTime },
        { header: texts.type, value: ({ eventType }) => eventType },
        { header: texts.entityType, value: ({ entityType }) => entityType },
        { header: texts.entityId, value: ({ entityId }) => entityId },
        { header: texts.change, value: ({ properties }) => JSON.stringify(properties) },
        { header: texts.changedBy, value: ({ changedBy }) => changedBy },
      ]}
      page={async (after, signal) => {
        const { events } = await askOnce(EVENTS, { filter: filterOf(search), first: PAGE_SIZE, after }, signal)
        const { nodes = [], pageInfo } = events ?? {}
        return { rows: nodes, next: pageInfo?.hasNextPage === true ? pageInfo.endCursor : null }
      }}
    />
  )
}
