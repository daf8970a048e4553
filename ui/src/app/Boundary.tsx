import { Component, type ReactNode } from 'react';
import { withTranslation, type WithTranslation } from 'react-i18next';
import { Notice } from '@/components/Notice';

interface Props extends WithTranslation {
  children: ReactNode;
}

// The last net: a page that breaks says so, says that nothing is lost, and offers the way on.
class Net extends Component<Props, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    const { t } = this.props;
    return (
      <main style={{ maxInlineSize: 640, margin: '15vh auto', padding: 16 }}>
        <Notice
          tone="bad"
          title={t('broken.title')}
          actions={<button onClick={() => window.location.reload()}>{t('broken.reload')}</button>}
        >
          {t('broken.body')}
        </Notice>
      </main>
    );
  }
}

export const Boundary = withTranslation('app')(Net);
