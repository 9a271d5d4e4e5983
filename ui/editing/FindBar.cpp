// SPDX-License-Identifier: MIT
#include "editing/FindBar.h"

#include "canvas/CanvasView.h"
#include "document/Document.h"
#include "theme/Fields.h"
#include "theme/Text.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

#include <algorithm>

namespace millrace {

namespace {

bool isInState(const QString &state, const StepLook &look, const GaugeLimits &limits)
{
    const auto &gauge = look.gauge;
    if (state == QLatin1String("full"))
        return gauge && gauge->capacity > 0
               && gaugeLevel(double(gauge->depth) / gauge->capacity, limits) == GaugeLevel::Full;
    if (state == QLatin1String("error"))
        return look.view.hasError || (gauge && (!gauge->errors.isEmpty() || gauge->state == StepState::Failed));
    if (state == QLatin1String("slow"))
        return gauge && !gauge->limit.isEmpty();
    return gauge && stateText(*gauge).startsWith(state);
}

} // namespace

bool isFound(const QString &typed, const PipelineStep &step, const StepLook &look, const GaugeLimits &limits)
{
    QString all = look.view.name + QLatin1Char('\n') + toQString(step.id) + QLatin1Char('\n') + toQString(step.type)
                  + QLatin1Char('\n') + look.view.typeTitle + QLatin1Char('\n') + look.view.summary;
    for (const auto &[name, value] : step.params)
        all += QLatin1Char('\n') + toQString(toPlain(value));
    const QStringList words = typed.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    return !words.isEmpty() && std::ranges::all_of(words, [&](const QString &word) {
        if (word.startsWith(QLatin1String("is:"), Qt::CaseInsensitive))
            return isInState(word.mid(3).toLower(), look, limits);
        return all.contains(word, Qt::CaseInsensitive);
    });
}

FindBar::FindBar(Document &document, CanvasView &view, Theme &theme, QWidget *parent)
    : QFrame(parent), m_document(document), m_view(view), m_field(new QLineEdit), m_count(makeLabel({}, "small"))
{
    setObjectName(QStringLiteral("findBar"));
    setAccessibleName(tr("Find a step"));
    m_field->setPlaceholderText(tr("Find: name, type, value, is:full, is:error, is:slow"));
    m_field->setAccessibleName(tr("Find a step in the drawing"));
    addLeadingIcon(*m_field, theme.mutedIcon(QStringLiteral("search")));
    m_field->installEventFilter(this);
    auto *close = new QToolButton;
    close->setObjectName(QStringLiteral("close"));
    close->setIcon(theme.icon(QStringLiteral("close")));
    close->setIconSize({14, 14});
    close->setAccessibleName(tr("Close the search"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 6, 6, 6);
    layout->addWidget(m_field, 1);
    layout->addWidget(m_count);
    layout->addWidget(close);
    connect(m_field, &QLineEdit::textChanged, this, &FindBar::search);
    connect(close, &QToolButton::clicked, this, &FindBar::leave);
    hide();
}

void FindBar::open()
{
    constexpr int Right = 12, Top = 10, Least = 200, Others = 130; // pixels; Others: icons, count and margins
    const int wanted = m_field->fontMetrics().horizontalAdvance(m_field->placeholderText()) + Others;
    const int width = std::max(Least, std::min(wanted, m_view.width() - 2 * Right));
    setGeometry(m_view.width() - Right - width, Top, width, sizeHint().height());
    show();
    raise();
    m_field->setFocus();
    m_field->selectAll();
}

void FindBar::leave()
{
    // First: a widget that is hidden with the focus hands it on as Tab does, and Tab on the canvas adds a step.
    m_view.setFocus();
    hide();
}

void FindBar::search()
{
    m_found.clear();
    for (const PipelineStep &step : m_document.pipeline().steps)
        if (const StepItem *item = m_view.canvas().step(step.id);
            item && isFound(m_field->text(), step, item->look(), m_view.canvas().stepPainter().gaugeLimits()))
            m_found.push_back(step.id);
    m_at = 0;
    go(0);
}

void FindBar::go(int by)
{
    if (m_found.empty()) {
        m_count->setText(m_field->text().isEmpty() ? QString() : tr("none"));
        return;
    }
    const auto size = ptrdiff_t(m_found.size());
    m_at = size_t((ptrdiff_t(m_at) + by + size) % size);
    m_count->setText(tr("%1 of %2").arg(m_at + 1).arg(m_found.size()));
    m_view.canvas().select({m_found[m_at]});
    m_view.showStep(m_found[m_at]);
}

bool FindBar::focusNextPrevChild(bool)
{
    QWidget *other = m_field;
    if (m_field->hasFocus())
        other = findChild<QToolButton *>(QStringLiteral("close"));
    other->setFocus(Qt::TabFocusReason);
    return true;
}

bool FindBar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        const auto &keys = static_cast<QKeyEvent &>(*event);
        if (keys.key() == Qt::Key_Return || keys.key() == Qt::Key_Enter || keys.key() == Qt::Key_Down) {
            go(keys.modifiers() & Qt::ShiftModifier ? -1 : 1);
            return true;
        }
        if (keys.key() == Qt::Key_Up) {
            go(-1);
            return true;
        }
        if (keys.key() == Qt::Key_Escape) {
            leave();
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace millrace
