/**
 * One employee request: the invited person, the request, and its result. The NHS confirms requests about somebody who already has another
 * user.
 */
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { UserLink } from '../../app/subject-link.tsx'
import { nodeId } from '../../graphql/ids.ts'
import { useAct, useAnswer } from '../../graphql/use-query.ts'
import { useFormat } from '../../i18n/format.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { useMay } from '../../session/viewer.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import { ConfirmDialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState, Shown, Skeleton } from '../../ui/states.tsx'
import { Moment } from '../../ui/time.tsx'
import { peopleWords } from '../people/words.ts'
import { Effects, RequestEvents } from './effects.tsx'
import { Invited, RequestDocuments } from './invited.tsx'
import { CONFIRM, REQUEST, type RequestDetail } from './queries.ts'
import { fullName, RequestBadge } from './request-badge.tsx'
import styles from './requests.module.css'
import { Specifics } from './specifics.tsx'
import { requestTexts } from './texts.ts'

const route = getRouteApi('/employee-requests/$requestId')

/** The page. */
export function EmployeeRequestPage() {
  const texts = useTexts(requestTexts)
  const { requestId } = route.useParams()
  const maySeeAudit = useMay('audit:read')
  const asked = useAnswer(REQUEST, { id: nodeId('EmployeeRequest', requestId) }, { keepsPrevious: false })
  const request = asked.data?.employeeRequest
  const isUnknown = asked.error?.code === 'NOT_FOUND' || asked.error?.code === 'BAD_REQUEST'
  return (
    <Page
      title={request == null ? texts.title : fullName(request.party)}
      tab={`${texts.tab} ${requestId.slice(0, 8)}`}
      back={
        <Link to="/employee-requests">
          <Icon name="left" />
          {texts.backToList}
        </Link>
      }
      actions={
        request != null && (
          <>
            {maySeeAudit && (
              <Link to="/audit" search={{ subject: request.databaseId }} className={buttonClass()}>
                <Icon name="audit" />
                {texts.audit}
              </Link>
            )}
            <Confirm request={request} />
          </>
        )
      }
    >
      {isUnknown ? (
        <EmptyState title={texts.unknown} icon="requests" />
      ) : (
        <Shown of={asked} skeleton={<Skeleton lines={24} />}>
          {() => request != null && <RequestParts request={request} />}
        </Shown>
      )}
    </Page>
  )
}

function Confirm({ request }: { readonly request: RequestDetail }) {
  const texts = useTexts(requestTexts)
  const mayConfirm = useMay('employee_request:confirm')
  const [isAsking, setIsAsking] = useState(false)
  const act = useAct(CONFIRM)
  if (!mayConfirm || request.preview?.needsConfirmation !== true) return null
  return (
    <>
      <Button look="primary" onPress={() => setIsAsking(true)}>
        {texts.confirm}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={texts.confirmTitle}
          confirm={texts.confirm}
          onConfirm={() => act.mutateAsync({ input: { id: request.id } })}
          onClose={() => setIsAsking(false)}
        >
          <p>{texts.confirmText}</p>
        </ConfirmDialog>
      )}
    </>
  )
}

function RequestParts({ request }: { readonly request: RequestDetail }) {
  return (
    <>
      <div className={styles['columns']}>
        <About request={request} />
        <Effects request={request} />
      </div>
      <Invited request={request} />
      <RequestDocuments documents={request.party.documents} />
      <Specifics specifics={request.specifics} />
      <RequestEvents requestId={request.databaseId} />
    </>
  )
}

function About({ request }: { readonly request: RequestDetail }) {
  const texts = useTexts(requestTexts)
  const names = useTexts(peopleWords)
  const format = useFormat()
  const { legalEntity, status, divisionId, employeeId, endDate } = request
  return (
    <Card title={texts.facts} actions={<RequestBadge status={status} />}>
      <p>{texts.statusText[status]}</p>
      <Facts>
        <Fact name={texts.legalEntity} isWide>
          <Link to="/employee-requests" search={{ entity: legalEntity.databaseId }}>
            {legalEntity.name ?? legalEntity.databaseId}
          </Link>
          {legalEntity.edrpou !== null && <p className="soft">{texts.edrpouOf(legalEntity.edrpou)}</p>}
        </Fact>
        <Fact name={texts.type}>{textOf(names.employeeType, request.employeeType)}</Fact>
        <Fact name={texts.position}>
          <span className="mono">{request.position}</span>
        </Fact>
        <Fact name={texts.purpose}>{employeeId === null ? texts.forNew : texts.forExisting}</Fact>
        <Fact name={texts.start}>{format.day(request.startDate)}</Fact>
        {endDate !== null && <Fact name={texts.end}>{format.day(endDate)}</Fact>}
        {employeeId !== null && (
          <Fact name={texts.employeeId}>
            <CopyId id={employeeId} what={texts.employeeId} isShort />
          </Fact>
        )}
        <Fact name={texts.division}>
          {divisionId === null ? texts.noDivision : <CopyId id={divisionId} what={texts.division} isShort />}
        </Fact>
        <Fact name={texts.asked}>
          <Moment at={request.insertedAt} />
          <UserLink id={request.insertedBy} what={texts.askedBy} />
        </Fact>
        {request.confirmedAt !== null && (
          <Fact name={texts.confirmed}>
            <Moment at={request.confirmedAt} />
            {request.confirmedBy !== null && <UserLink id={request.confirmedBy} what={texts.confirmedBy} />}
          </Fact>
        )}
        <Fact name={texts.answered}>
          <Moment at={request.updatedAt} />
          <UserLink id={request.updatedBy} what={texts.answeredBy} />
        </Fact>
        <Fact name={texts.id} isWide>
          <CopyId id={request.databaseId} what={texts.id} />
        </Fact>
      </Facts>
    </Card>
  )
}
