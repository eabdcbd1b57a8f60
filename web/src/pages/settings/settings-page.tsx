/** The settings page: global parameters, their meaning, and changing them. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { UserLink } from '../../app/subject-link.tsx'
import { useAnswer } from '../../graphql/use-query.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useMay } from '../../session/viewer.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Page } from '../../ui/page.tsx'
import { Banner, EmptyState, Shown, Skeleton } from '../../ui/states.tsx'
import { Moment } from '../../ui/time.tsx'
import { ChangeDialog } from './change-dialog.tsx'
import { useGroupName, useGroupValue } from './group-words.ts'
import { type Group, groupsOf } from './groups.ts'
import { PARAMETERS } from './queries.ts'
import styles from './settings.module.css'
import { settingsTexts } from './texts.ts'

/** The page. */
export function SettingsPage() {
  const texts = useTexts(settingsTexts)
  const mayChange = useMay('global_parameters:write')
  const nameOf = useGroupName()
  const [changing, setChanging] = useState<Group>()
  const [saved, setSaved] = useState<string>()
  const asked = useAnswer(PARAMETERS, {})
  return (
    <Page title={texts.title} lead={texts.lead}>
      <div role="status" className={saved === undefined ? 'visually-hidden' : undefined}>
        {saved !== undefined && <Banner tone="good">{texts.saved(saved)}</Banner>}
      </div>
      {!mayChange && <Banner tone="info">{texts.readOnly}</Banner>}
      <Shown of={asked} skeleton={<Skeleton lines={20} />}>
        {({ globalParameters }) =>
          globalParameters.length === 0 ? (
            <EmptyState title={texts.empty} icon="settings" />
          ) : (
            <div className={styles['groups']}>
              {groupsOf(globalParameters).map((group) => (
                <GroupCard
                  key={group.parameters[0]?.parameter}
                  group={group}
                  onChange={mayChange ? () => setChanging(group) : undefined}
                />
              ))}
            </div>
          )
        }
      </Shown>
      {changing !== undefined && (
        <ChangeDialog
          group={changing}
          onSaved={() => setSaved(nameOf(changing))}
          onClose={() => setChanging(undefined)}
        />
      )}
    </Page>
  )
}

function GroupCard({ group, onChange }: { readonly group: Group; readonly onChange: (() => void) | undefined }) {
  const texts = useTexts(settingsTexts)
  const nameOf = useGroupName()
  const shownAs = useGroupValue()
  const maySeeAudit = useMay('audit:read')
  const name = nameOf(group)
  const newest = group.parameters.toSorted((one, other) => other.updatedAt.localeCompare(one.updatedAt))[0]
  return (
    <Card
      title={name}
      actions={
        onChange !== undefined && (
          <Button isSmall onPress={onChange}>
            {texts.change}
            <span className="visually-hidden">{name}</span>
          </Button>
        )
      }
    >
      <p className={group.key === undefined ? 'mono' : styles['value']}>{shownAs(group.parameters)}</p>
      <p>{group.key === undefined ? texts.other : texts.meanings[group.key]}</p>
      {group.key !== undefined && (
        <p className={`mono soft ${styles['names']}`}>
          {group.parameters.map(({ parameter, value }) => `${parameter} = ${value}`).join('\n')}
        </p>
      )}
      {newest !== undefined && (
        <p className={`soft ${styles['changed']}`}>
          {texts.changed} <Moment at={newest.updatedAt} />
          <UserLink id={newest.updatedBy} what={texts.changedBy} />
          {maySeeAudit && (
            <Link to="/audit" search={{ subject: newest.databaseId }} className={buttonClass('quiet', true)}>
              <Icon name="audit" />
              {texts.audit}
              <span className="visually-hidden">{name}</span>
            </Link>
          )}
        </p>
      )}
    </Card>
  )
}
