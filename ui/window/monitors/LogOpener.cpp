// SPDX-License-Identifier: MIT
#include "window/monitors/LogOpener.h"

#include "canvas/CanvasView.h"
#include "run/RunBridge.h"
#include "window/BottomPanel.h"

#include <QApplication>
#include <QKeyEvent>
#include <QScopedValueRollback>

namespace millrace {

namespace {

constexpr int LookAgain = 250; // milliseconds

} // namespace

LogOpener::LogOpener(RunBridge &bridge, BottomPanel &bottom, CanvasView &view, QObject *parent)
    : QObject(parent), m_bridge(bridge), m_bottom(bottom), m_view(view)
{
    m_rest.setInterval(LookAgain);
    connect(&m_rest, &QTimer::timeout, this, &LogOpener::open);
    connect(&bridge, &RunBridge::started, this, &LogOpener::begin);
    connect(&bridge, &RunBridge::finished, this, &LogOpener::finish);
    connect(&bridge, &RunBridge::stateChanged, this, [this] {
        if (!m_bridge.hasSamples())
            m_rest.stop(); // another run is wanted, or another file was opened
    });
    connect(&bottom, &BottomPanel::folded, this, &LogOpener::noteFolded);
    qApp->installEventFilter(this);
}

void LogOpener::begin()
{
    m_rest.stop();
    if (!m_bridge.isLaterPass())
        m_wasFolded = false;
}

void LogOpener::noteFolded(bool isFolded)
{
    if (m_isOpening)
        return;
    m_hasOpened = false;
    m_wasFolded = isFolded;
    m_rest.stop(); // who has just opened or folded it knows what there is
}

void LogOpener::finish()
{
    const bool isToBeSeen = m_bridge.outcome().state == RunState::Failed || m_bridge.errorCount() > 0;
    if (!isToBeSeen || m_wasFolded || !m_bottom.isFolded())
        return;
    m_rest.start();
    open();
}

/// Whether the window would change under a hand.
bool LogOpener::isAtWork() const
{
    return (m_sinceKey.isValid() && m_sinceKey.elapsed() < TypingPause) || m_view.isHolding()
           || QApplication::mouseButtons() != Qt::NoButton || QApplication::activePopupWidget()
           || QApplication::activeModalWidget();
}

void LogOpener::open()
{
    if (isAtWork())
        return;
    m_rest.stop();
    const QScopedValueRollback opening(m_isOpening, true);
    m_hasOpened = true;
    m_bottom.showTab(BottomPanel::Tab::Log);
}

/// What goes into a field, not commands.
bool LogOpener::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::InputMethod)
        m_sinceKey.start();
    if (event->type() == QEvent::KeyPress) {
        const auto &key = static_cast<QKeyEvent &>(*event);
        const auto *field = qobject_cast<const QWidget *>(watched);
        const bool isText = !key.text().isEmpty() || key.key() == Qt::Key_Left || key.key() == Qt::Key_Right;
        if (field && isText && field == QApplication::focusWidget() && field->testAttribute(Qt::WA_InputMethodEnabled))
            m_sinceKey.start();
    }
    return QObject::eventFilter(watched, event);
}

} // namespace millrace
