/** An id that is copied by a click; where space is limited only its beginning is shown. */
import { useEffect, useState } from 'react'
import { Button } from 'react-aria-components'
import { useTexts } from '../i18n/texts.ts'
import styles from './copy-id.module.css'
import { Icon } from './icon.tsx'
import { uiTexts } from './texts.ts'

const SHOWN_MILLISECONDS = 2000

/** An id. `what` is its label for screen readers. */
export function CopyId({
  id,
  what,
  isShort = false,
  shown = isShort ? id.slice(0, 8) : id,
}: {
  readonly id: string
  readonly what: string
  readonly isShort?: boolean
  /** Shown instead of the id. */
  readonly shown?: string
}) {
  const texts = useTexts(uiTexts)
  const [isCopied, setIsCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setIsCopied(false), SHOWN_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [isCopied])
  const copy = async () => {
    await navigator.clipboard.writeText(id).then(
      () => setIsCopied(true),
      () => undefined,
    )
  }
  return (
    <span className={styles['id']}>
      <span className={styles['text']} {...(isShort ? { title: id } : {})}>
        {shown}
      </span>
      <Button className={styles['button'] ?? ''} aria-label={texts.copy(what)} onPress={copy}>
        <span className={isCopied ? styles['copied'] : undefined}>
          <Icon name={isCopied ? 'check' : 'copy'} size="1rem" />
        </span>
      </Button>
      <span className="visually-hidden" role="status">
        {isCopied ? texts.copied : ''}
      </span>
    </span>
  )
}
