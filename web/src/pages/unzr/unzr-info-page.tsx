/** A registry's answer about one UNZR; while the request is pending, its progress. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { UserLink } from '../../app/subject-link.tsx'
import { nodeId } from '../../graphql/ids.ts'
import { asFailure, useAct, useAnswer } from '../../graphql/use-query.ts'
import { useSay } from '../../i18n/messages.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Page } from '../../ui/page.tsx'
import { ActFailure, Banner, EmptyState, Shown, Skeleton } from '../../ui/states.tsx'
import { Moment } from '../../ui/time.tsx'
import { AskAgain } from './ask-again.tsx'
import { SYNC_UNZR, UNZR_INFO, type UnzrDetail } from './queries.ts'
import { unzrTexts } from './texts.ts'
import styles from './unzr.module.css'
import { UnzrBadge } from './unzr-badge.tsx'
import { Record, UnzrDocuments } from './unzr-record.tsx'

const route = getRouteApi('/unzr/$infoId')
const POLL_MILLISECONDS = 1500

/** The page. */
export function UnzrInfoPage() {
  const texts = useTexts(unzrTexts)
  const { infoId } = route.useParams()
  const [isPolled, setIsPolled] = useState(false)
  const again = useAct(SYNC_UNZR)
  const answer = useAnswer(
    UNZR_INFO,
    { id: nodeId('UnzrInfo', infoId) },
    { keepsPrevious: false, ...(isPolled ? { every: POLL_MILLISECONDS } : {}) },
  )
  const node = answer.data?.node
  const info = node?.__typename === 'UnzrInfo' ? node : undefined
  const isPending = info?.jobStatus === 'pending'
  if (isPending !== isPolled) setIsPolled(isPending)
  const isUnknown = answer.error?.code === 'BAD_REQUEST' || (answer.data !== undefined && info === undefined)
  return (
    <Page
      title={info === undefined ? texts.one : texts.ofNumber(info.unzr)}
      tab={`${texts.one} ${infoId.slice(0, 8)}`}
      back={
        <Link to="/unzr">
          <Icon name="left" />
          {texts.backToList}
        </Link>
      }
      actions={
        info !== undefined && (
          <>
            <UnzrBadge status={info.jobStatus} />
            <AskAgain info={info} act={again} />
          </>
        )
      }
    >
      {isUnknown ? (
        <EmptyState title={texts.unknown}>{texts.unknownText}</EmptyState>
      ) : (
        <Shown of={{ ...answer, data: info }} skeleton={<Skeleton lines={16} />}>
          {(shown) => (
            <>
              {again.error !== null && <ActFailure failure={asFailure(again.error)} />}
              <Parts info={shown} />
            </>
          )}
        </Shown>
      )}
    </Page>
  )
}

function Parts({ info }: { readonly info: UnzrDetail }) {
  const texts = useTexts(unzrTexts)
  return (
    <>
      <InfoState info={info} />
      {info.info === null ? (
        info.syncedAt !== null && (
          <Card title={texts.found}>
            {info.infoDeletedAt === null ? (
              <EmptyState title={texts.notFound} icon="search">
                {texts.notFoundText}
              </EmptyState>
            ) : (
              <EmptyState title={texts.infoDeletedAt} icon="clock">
                {texts.deletedText}
              </EmptyState>
            )}
          </Card>
        )
      ) : (
        <>
          <Record record={info.info} />
          <UnzrDocuments documents={info.info.documents ?? []} />
        </>
      )}
      <About info={info} />
    </>
  )
}

/** Says that the request is pending, or why it failed. */
function InfoState({
  info: { jobStatus, error, errorCode, info, syncedAt, infoDeletedAt },
}: {
  readonly info: UnzrDetail
}) {
  const texts = useTexts(unzrTexts)
  const say = useSay()
  const isKnown = info !== null || (syncedAt !== null && infoDeletedAt === null)
  return (
    <div role="status" className={styles['state']}>
      {jobStatus === 'pending' && (
        <Banner tone="info" icon="clock">
          <p>
            <strong>{texts.pending}.</strong> {texts.pendingText}
          </p>
          {isKnown && <p>{texts.pendingOld}</p>}
        </Banner>
      )}
      {jobStatus === 'failed' && (
        <Banner tone="bad">
          <p>
            <strong>{texts.failed}.</strong> {error !== null && say([error])}
          </p>
          <p>{isKnown ? texts.failedText : texts.failedNothing}</p>
          {errorCode !== null && (
            <p>
              {texts.code}: <span className="mono">{errorCode}</span>
            </p>
          )}
        </Banner>
      )}
    </div>
  )
}

function About({ info }: { readonly info: UnzrDetail }) {
  const texts = useTexts(unzrTexts)
  return (
    <Card title={texts.about}>
      <Facts>
        <Fact name={texts.syncedAt}>
          {info.syncedAt === null ? <span className="soft">{texts.notYet}</span> : <Moment at={info.syncedAt} />}
        </Fact>
        {info.infoDeletedAt !== null && (
          <Fact name={texts.infoDeletedAt}>
            <Moment at={info.infoDeletedAt} />
          </Fact>
        )}
        <Fact name={texts.insertedAt}>
          <Moment at={info.insertedAt} />
        </Fact>
        <Fact name={texts.updatedAt}>
          <Moment at={info.updatedAt} />
        </Fact>
        <Fact name={texts.insertedBy}>
          <UserLink id={info.insertedBy} what={texts.insertedBy} />
        </Fact>
        <Fact name={texts.updatedBy}>
          <UserLink id={info.updatedBy} what={texts.updatedBy} />
        </Fact>
        <Fact name={texts.id} isWide>
          <CopyId id={info.databaseId} what={texts.id} />
        </Fact>
      </Facts>
    </Card>
  )
}
