/** What needs attention first: a registry that is down, a paused run that waits for a person, no workers. */
import { Link } from '@tanstack/react-router'
import { uuidOf } from '../../graphql/ids.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { words } from '../../i18n/words.ts'
import { Banner } from '../../ui/states.tsx'
import { Ago, Moment } from '../../ui/time.tsx'
import type { Process, Registry, WaitingDeaths, Worker } from './queries.ts'
import { overviewTexts } from './texts.ts'

/** The banners; none if everything is fine. */
export function Attention(props: {
  readonly registries: readonly Registry[]
  readonly processes: readonly Process[]
  readonly workers: readonly Worker[]
  readonly deaths: readonly WaitingDeaths[]
}) {
  return (
    <>
      {!props.workers.some(({ isAlive }) => isAlive) && <NoWorkerBanner />}
      <OutageBanner registries={props.registries} />
      <HeldBanner processes={props.processes} />
      <DeathsBanner waiting={props.deaths} />
    </>
  )
}

function NoWorkerBanner() {
  const texts = useTexts(overviewTexts)
  return (
    <Banner tone="bad" role="status">
      <strong>{texts.noWorkers}.</strong> {texts.noWorkersText}
    </Banner>
  )
}

/** Says how many acts of death wait for a decision, and since when. */
function DeathsBanner({ waiting }: { readonly waiting: readonly WaitingDeaths[] }) {
  const texts = useTexts(overviewTexts)
  const [oldest] = waiting.map(({ oldestInsertedAt }) => oldestInsertedAt).toSorted()
  if (oldest === undefined) return null
  return (
    <Banner tone="warn" icon="info" role="status">
      <p>
        <strong>{texts.deaths}.</strong> {texts.deathsSince} <Ago at={oldest} />.
      </p>
      <ul>
        {(['person', 'party'] as const).map((kind) => {
          const count = waiting.reduce((sum, each) => sum + (each.subject === kind ? each.count : 0), 0)
          return count === 0 ? null : (
            <li key={kind}>
              <Link to="/deaths" search={kind === 'party' ? { kind } : {}}>
                {texts.deathsOf[kind](count)}
              </Link>
            </li>
          )
        })}
      </ul>
    </Banner>
  )
}

/** The paused runs and who paused them; they wait for a person's decision. */
function HeldBanner({ processes }: { readonly processes: readonly Process[] }) {
  const texts = useTexts(overviewTexts)
  const names = useTexts(words)
  const held = processes.flatMap(({ key, newestRun }) =>
    newestRun?.state === 'PAUSED' ? [{ key, run: newestRun }] : [],
  )
  if (held.length === 0) return null
  return (
    <Banner tone="warn" icon="pause" role="status">
      <strong>{texts.held}.</strong>
      <ul>
        {held.map(({ key, run }) => (
          <li key={key}>
            {textOf(names.process, key)}: {run.heldBy === 'GUARD' ? texts.heldByGuard : texts.heldByHand}{' '}
            <Link to="/runs/$runId" params={{ runId: uuidOf(run.id) }}>
              {texts.openRun}
              <span className="visually-hidden">: {textOf(names.process, key)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Banner>
  )
}

/** The registries that are down, and what is not affected. */
function OutageBanner({ registries }: { readonly registries: readonly Registry[] }) {
  const texts = useTexts(overviewTexts)
  const names = useTexts(words)
  const down = registries.filter(({ openBreakers }) => openBreakers > 0)
  if (down.length === 0) return null
  return (
    <Banner tone="warn" icon="plug" role="status">
      <p>
        <strong>{down.length === 1 ? texts.outage : texts.outages}.</strong> {texts.outageText}
      </p>
      <ul>
        {down.map(({ service, openSince }) => (
          <li key={service}>
            {textOf(names.service, service)}
            {openSince !== null && (
              <>
                : {texts.since} <Moment at={openSince} /> (<Ago at={openSince} />)
              </>
            )}
          </li>
        ))}
      </ul>
    </Banner>
  )
}
