/** What an event, a job or a record of the audit is about, and who did something: kind and id, and the way on for who may see it. */
import { Link } from '@tanstack/react-router'
import { defineTexts, textOf, useTexts } from '../i18n/texts.ts'
import { config } from '../session/config.ts'
import { useMay, useViewer } from '../session/viewer.ts'
import { CopyId } from '../ui/copy-id.tsx'
import styles from './subject-link.module.css'

/** What each kind is called. Events write them like `EmployeeRequest`, the audit like `employee_request`. */
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

/** The same kind, as this page writes it. */
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

/** The kind in words, linked where there is a page of it that may be seen, and the id. */
export function SubjectLink({ kind: given, id }: { readonly kind: string; readonly id: string }) {
  const texts = useTexts(subjectTexts)
  const kind = kindOf(given)
  const { path, scope } = PLACES[kind] ?? NOWHERE
  const isLinked = useMay(scope)
  const name = textOf(texts.kind, kind)
  return (
    <span className={styles['subject']}>
      {/* The path of a page is put together here, so its type cannot be known. */}
      {isLinked ? <Link to={`${path}/${id}` as '/'}>{name}</Link> : <span>{name}</span>}
      <CopyId id={id} what={`${name}, ${texts.id}`} isShort />
    </span>
  )
}

interface UserLinkProps {
  readonly id: string
  /** What the user is to the page, for who listens: who changed it, who asked. */
  readonly what: string
}

/** Who did something. The API tells no names of users; what else they did is in the audit, for who may see that. */
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
