/** The status of a UNZR request. */
import { textOf, useTexts } from '../../i18n/texts.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import type { IconName } from '../../ui/icon.tsx'
import { unzrTexts } from './texts.ts'

const LOOKS: Readonly<Record<string, readonly [Tone, IconName]>> = {
  pending: ['info', 'clock'],
  processed: ['good', 'check'],
  failed: ['bad', 'cross'],
}

/** The badge. */
export function UnzrBadge({ status }: { readonly status: string }) {
  const texts = useTexts(unzrTexts)
  const [tone, icon] = LOOKS[status] ?? ['quiet', 'info']
  return (
    <Badge tone={tone} icon={icon}>
      {textOf(texts.jobStatus, status)}
    </Badge>
  )
}
