/**
 * The subject of an event, a job or an audit record, and the user who did something: kind and id, linked if the viewer may see the page.
 */
import { Link } from '@tanstack/react-router'
import { defineTexts, textOf, useTexts } from '../i18n/texts.ts'
import { config } from '../session/config.ts'
import { useMay, useViewer } from '../session/viewer.ts'
import { CopyId } from '../ui/copy-id.tsx'
import styles from './subject-link.module.css'

/** The name of each kind. Events write `EmployeeRequest`, the audit `employee_request`. */
export const subjectTexts = defineTexts(
  {
    kind: {
      person: 'Пацієнт',
      party: 'Медпрацівник',
      employee: 'Співробітник',
      employee_request: 'Запит на співробітника',
      declaration: 'Декларація',
      contract: 'Договір',
      unzr_info: 'Відомості УНЗР',
      dracs_death_act: 'Акт про смерть',
      run: 'Запуск',
      job: 'Завдання',
      global_parameter: 'Параметр',
      audit: 'Журнал аудиту',
      user: 'Користувач',
      client: 'Клієнт',
      token: 'Токен',
      access: 'Доступ',
      registry: 'Реєстр',
      schema: 'Схема бази даних',
    },
    id: 'ідентифікатор',
    you: 'Ви',
    system: 'Система',
    acts: 'Що ще робив цей користувач, за журналом аудиту',
  },
  {
    kind: {
      person: 'Person',
      party: 'Party',
      employee: 'Employee',
      employee_request: 'Employee request',
      declaration: 'Declaration',
      contract: 'Contract',
      unzr_info: 'UNZR info',
      dracs_death_act: 'Act of death',
      run: 'Run',
      job: 'Job',
      global_parameter: 'Parameter',
      audit: 'Audit',
      user: 'User',
      client: 'Client',
      token: 'Token',
      access: 'Access',
      registry: 'Registry',
      schema: 'Schema of the database',
    },
    id: 'id',
    you: 'You',
    system: 'The system',
    acts: 'What else this user did, by the audit',
  },
)

/** The kind in this page's spelling. */
export function kindOf(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()
}

const PLACES: Readonly<Record<string, { readonly path: string; readonly scope: string }>> = {
  person: { path: '/persons', scope: 'person:read' },
  party: { path: '/parties', scope: 'party:read' },
  employee_request: { path: '/employee-requests', scope: 'employee_request:read' },
  unzr_info: { path: '/unzr', scope: 'unzr:read' },
  run: { path: '/runs', scope: 'verification_run:read' },
  job: { path: '/jobs', scope: 'job:read' },
}
const NOWHERE = { path: '', scope: '' }

/** The kind in words, linked if there is a page for it that the viewer may see, and the id. */
export function SubjectLink({ kind: given, id }: { readonly kind: string; readonly id: string }) {
  const texts = useTexts(subjectTexts)
  const kind = kindOf(given)
  const { path, scope } = PLACES[kind] ?? NOWHERE
  const isLinked = useMay(scope)
  const name = textOf(texts.kind, kind)
  return (
    <span className={styles['subject']}>
      {/* The path is built here, so its type is unknown. */}
      {isLinked ? <Link to={`${path}/${id}` as '/'}>{name}</Link> : <span>{name}</span>}
      <CopyId id={id} what={`${name}, ${texts.id}`} isShort />
    </span>
  )
}

interface UserLinkProps {
  readonly id: string
  /** The user's role, for screen readers: who changed it, who asked. */
  readonly what: string
}

/** A user who did something. The API returns no names of users; the audit shows what else they did, if the viewer may see it. */
export function UserLink({ id, what }: UserLinkProps) {
  const texts = useTexts(subjectTexts)
  const viewer = useViewer()
  const maySeeAudit = useMay('audit:read')
  const name = id === viewer.userId ? texts.you : id === config.systemUserId ? texts.system : texts.kind.user
  return (
    <span className={styles['subject']}>
      {maySeeAudit ? (
        <Link to="/audit" search={{ user: id }} title={texts.acts}>
          {name}
        </Link>
      ) : (
        <span>{name}</span>
      )}
      <CopyId id={id} what={what} isShort />
    </span>
  )
}
