/** The frame: navigation, the signed-in user, the connection's state, and the page. */
import { Link, useLocation } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useEffect, useId, useRef, useState } from 'react'
import { addressOf } from '../graphql/request.ts'
import { useFormat } from '../i18n/format.ts'
import { textOf, useTexts } from '../i18n/texts.ts'
import { config } from '../session/config.ts'
import { signOut } from '../session/sign-in.ts'
import { signInTexts } from '../session/texts.ts'
import { useViewer } from '../session/viewer.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Banner } from '../ui/states.tsx'
import { Choices } from './choices.tsx'
import { connection } from './connection.ts'
import { GoTo } from './go-to.tsx'
import styles from './layout.module.css'
import { maySee, NAV_PAGES, pageAt } from './pages.ts'
import { useStore } from './store.ts'
import { appTexts } from './texts.ts'

/** The frame around a page. */
export function Layout({ children }: { readonly children: ReactNode }) {
  const main = useRef<HTMLElement>(null)
  return (
    <div className={styles['layout']}>
      <Side onSkip={() => main.current?.focus()} />
      <div className={styles['content']}>
        <div className={styles['banners']}>
          <ConnectionBanner />
        </div>
        <main ref={main} tabIndex={-1} className={styles['main']}>
          {children}
        </main>
        <Foot />
      </div>
    </div>
  )
}

function Side({ onSkip }: { readonly onSkip: () => void }) {
  const texts = useTexts(appTexts)
  const [isOpen, setIsOpen] = useState(false)
  const panel = useId()
  const path = useLocation({ select: ({ pathname }) => pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: closes the menu after navigation
  useEffect(() => setIsOpen(false), [path])
  return (
    <header className={styles['side']}>
      {/* A button, because a fragment link would be resolved against <base>. */}
      <button type="button" className={styles['skip']} onClick={onSkip}>
        {texts.skip}
      </button>
      <div className={styles['top']}>
        <Link to="/" className={styles['brand'] ?? ''}>
          <img src={addressOf('icon.svg')} width="28" height="28" alt="" />
          {texts.brand}
        </Link>
        <span className={styles['burger']}>
          <Button icon="menu" isExpanded={isOpen} controls={panel} onPress={() => setIsOpen(!isOpen)}>
            {texts.menu}
          </Button>
        </span>
      </div>
      <div id={panel} className={`${styles['panel']} ${isOpen ? styles['isOpen'] : ''}`}>
        <GoTo onWanted={() => setIsOpen(true)} />
        <Navigation />
        <Me />
      </div>
    </header>
  )
}

function Navigation() {
  const texts = useTexts(appTexts)
  const viewer = useViewer()
  const path = useLocation({ select: ({ pathname }) => pathname })
  const current = pageAt(path)
  return (
    <nav className={styles['nav']} aria-label={texts.nav.label}>
      <ul>
        {NAV_PAGES.filter((page) => maySee(page, viewer)).map((page) => (
          <li key={page.key}>
            <Link
              to={page.path}
              className={styles['link'] ?? ''}
              activeProps={{}}
              {...(page.path === current?.path ? { 'aria-current': 'page' } : { 'aria-current': undefined })}
            >
              <Icon name={page.icon} />
              {texts.nav[page.key]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

const PasswordDialog = lazy(async () => ({
  default: (await import('../session/password-dialog.tsx')).PasswordDialog,
}))

const SecondFactorDialog = lazy(async () => ({
  default: (await import('../session/second-factor/second-factor-dialog.tsx')).SecondFactorDialog,
}))

function Me() {
  const texts = useTexts(appTexts)
  const { changePassword, secondFactor } = useTexts(signInTexts)
  const [open, setOpen] = useState<'password' | 'second factor'>()
  const close = () => setOpen(undefined)
  const { email, clientType, masked } = useViewer()
  const [name = '', host = ''] = email.split(/(?=@)/)
  return (
    <div className={styles['me']}>
      {config.isDemo && <p className="soft">{texts.demo}</p>}
      <div>
        <p className="visually-hidden">{texts.signedInAs}</p>
        <p className={styles['who']}>
          {name}
          <wbr />
          {host}
        </p>
        <p className="soft">{textOf(texts.clientType, clientType)}</p>
        {masked && <p className="soft">{texts.masked}</p>}
      </div>
      <div className={styles['choices']}>
        <Choices />
      </div>
      <div>
        <Button isSmall icon="leave" onPress={() => void signOut()}>
          {texts.signOut}
        </Button>
        {!config.isPasswordSignInOff && (
          <>
            <Button isSmall look="quiet" onPress={() => setOpen('password')}>
              {changePassword}
            </Button>
            <Button isSmall look="quiet" onPress={() => setOpen('second factor')}>
              {secondFactor}
            </Button>
          </>
        )}
        <Suspense>
          {open === 'password' && <PasswordDialog onClose={close} />}
          {open === 'second factor' && <SecondFactorDialog onClose={close} />}
        </Suspense>
      </div>
    </div>
  )
}

function ConnectionBanner() {
  const texts = useTexts(appTexts)
  const format = useFormat()
  const state = useStore(connection.state)
  if (!state.isLost) return null
  return (
    <Banner tone="bad" icon="plug" role="alert">
      <strong>{texts.lost}</strong> {texts.lostText(format.time(state.since))}
    </Banner>
  )
}

function Foot() {
  const texts = useTexts(appTexts)
  const format = useFormat()
  return <footer className={styles['foot']}>{texts.zone(format.zone(new Date()))}</footer>
}
