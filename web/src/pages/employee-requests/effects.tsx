/** The effects of an approval, past or expected, and the request's events. */
import { Link } from '@tanstack/react-router'
import { SubjectLink } from '../../app/subject-link.tsx'
import { useAnswer } from '../../graphql/use-query.ts'
import { useFormat } from '../../i18n/format.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { useMay } from '../../session/viewer.ts'
import { buttonClass } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Banner, EmptyState, Shown, Skeleton } from '../../ui/states.tsx'
import { EventTable } from '../events/event-table.tsx'
import { EVENTS } from '../events/queries.ts'
import { peopleWords } from '../people/words.ts'
import type { RequestDetail } from './queries.ts'
import styles from './requests.module.css'
import { requestTexts } from './texts.ts'

/** The card. */
export function Effects({ request }: { readonly request: RequestDetail }) {
  const texts = useTexts(requestTexts)
  if (request.status === 'NEW') return <Promised request={request} />
  if (request.employee === null) {
    return (
      <Card title={texts.effects}>
        <EmptyState title={request.status === 'APPROVED' ? texts.lost : texts.nothing} icon="dash" />
      </Card>
    )
  }
  return <Done request={request} employee={request.employee} />
}

function Promised({ request }: { readonly request: RequestDetail }) {
  const texts = useTexts(requestTexts)
  const isOwner = request.employeeType.endsWith('OWNER')
  const { party, employee, role, owner, verification, mail } = texts.will
  return (
    <Card title={texts.willTitle}>
      <Preview preview={request.preview} />
      <p>{texts.willText}</p>
      <ul className={styles['list']}>
        {[party, employee, ...(isOwner ? [owner] : []), role, verification, mail].map((each) => (
          <li key={each}>
            <Icon name="right" />
            {each}
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Preview({ preview }: Pick<RequestDetail, 'preview'>) {
  const texts = useTexts(requestTexts)
  if (preview === null) return null
  const { renamesParty, suspendedContracts, needsConfirmation } = preview
  return (
    <>
      {needsConfirmation && <Banner tone="warn">{texts.preview.confirmation}</Banner>}
      {renamesParty && <p>{texts.preview.renames}</p>}
      {suspendedContracts > 0 && <p>{texts.preview.contracts(suspendedContracts)}</p>}
    </>
  )
}

interface DoneProps {
  readonly request: RequestDetail
  readonly employee: NonNullable<RequestDetail['employee']>
}

function Done({ request, employee }: DoneProps) {
  const texts = useTexts(requestTexts)
  const names = useTexts(peopleWords)
  const format = useFormat()
  const type = textOf(names.employeeType, employee.employeeType)
  return (
    <Card title={texts.effects}>
      <Facts>
        <Fact name={texts.party} isWide>
          <SubjectLink kind="party" id={employee.partyId} />
        </Fact>
        <Fact name={texts.employee} isWide>
          {type}, <span className="mono">{employee.position}</span>{' '}
          <CopyId id={employee.databaseId} what={texts.employeeId} isShort />
        </Fact>
        <Fact name={texts.employeeStatus}>{textOf(names.employeeStatus, employee.status)}</Fact>
        <Fact name={texts.active}>{employee.isActive ? texts.activeYes : texts.activeNo}</Fact>
        <Fact name={texts.start}>{format.day(employee.startDate)}</Fact>
        {employee.endDate !== null && <Fact name={texts.end}>{format.day(employee.endDate)}</Fact>}
        <Fact name={texts.role} isWide>
          {texts.roleText(request.employeeType)}
        </Fact>
      </Facts>
      <Onward partyId={employee.partyId} />
    </Card>
  )
}

function Onward({ partyId }: { readonly partyId: string }) {
  const texts = useTexts(requestTexts)
  const [maySeeParty, maySeeEvents, maySeeJobs] = [useMay('party:read'), useMay('event:read'), useMay('job:read')]
  return (
    <div className={styles['links']}>
      {maySeeParty && (
        <Link to="/parties/$partyId" params={{ partyId }} className={buttonClass('secondary', true)}>
          <Icon name="parties" />
          {texts.toParty}
        </Link>
      )}
      {maySeeEvents && (
        <Link to="/events" search={{ entity: partyId }} className={buttonClass('quiet', true)}>
          <Icon name="events" />
          {texts.partyEvents}
        </Link>
      )}
      {maySeeJobs && (
        <Link to="/jobs" search={{ queue: 'registration_mail' }} className={buttonClass('quiet', true)}>
          <Icon name="jobs" />
          {texts.toMails}
        </Link>
      )}
    </div>
  )
}

/** The events of a request, for users who may see them. */
export function RequestEvents({ requestId }: { readonly requestId: string }) {
  const texts = useTexts(requestTexts)
  const maySee = useMay('event:read')
  const filter = { entityType: 'EmployeeRequest', entityId: requestId }
  const asked = useAnswer(EVENTS, { filter, first: 20 }, { isEnabled: maySee })
  if (!maySee) return null
  return (
    <Card title={texts.events}>
      <Shown of={asked} skeleton={<Skeleton lines={4} />}>
        {({ events }) => (
          <EventTable
            isPlain
            rows={events?.nodes ?? []}
            empty={
              <EmptyState title={texts.noEvents} icon="events">
                {texts.noEventsText}
              </EmptyState>
            }
          />
        )}
      </Shown>
    </Card>
  )
}
