// SPDX-License-Identifier: MIT
#include "monitor/tuning/TuneWindow.h"

#include "theme/Fields.h"
#include "theme/PlainText.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QListWidget>
#include <QPushButton>
#include <QShortcut>
#include <QVBoxLayout>

#include <algorithm>

namespace millrace {

namespace {

constexpr int MostWorkers = 10'000;
constexpr int MostMebibytes = 1 << 20;
constexpr int StatusLines = 3; ///< that are reserved, so that nothing moves

} // namespace

TuneWindow::TuneWindow(Theme &theme, int cores, QWidget *window)
    : QWidget(window, Qt::Tool)
    , m_theme(theme)
    , m_goal(new ChoiceField)
    , m_workers(new IntegerField)
    , m_memory(new IntegerField)
    , m_freeCores(new IntegerField)
    , m_fields(makeFields(cores))
    , m_status(makeLabel())
    , m_lines(new QListWidget)
    , m_go(new QPushButton)
    , m_takeBack(new QPushButton(tr("&Take back")))
    , m_keep(new QPushButton(tr("&Keep")))
{
    setWindowTitle(tr("Tune — Millrace"));
    setAccessibleName(tr("Tune"));
    setAttribute(Qt::WA_StyledBackground);
    m_status->setWordWrap(true);
    m_status->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_status->setMinimumHeight(StatusLines * fontMetrics().lineSpacing());
    m_status->setAccessibleName(tr("How tuning goes"));
    m_lines->setAccessibleName(tr("What was changed, oldest first"));
    m_lines->setFrameShape(QFrame::NoFrame);
    m_lines->setWordWrap(true);
    m_lines->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_lines->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->setSpacing(10);
    layout->addWidget(m_fields);
    layout->addWidget(m_status);
    layout->addWidget(m_lines, 1);
    makeButtons();
    clearLines();
    connect(new QShortcut(Qt::Key_Escape, this), &QShortcut::activated, this, &QWidget::hide);
    setPhase(Phase::Ready,
             tr("Workers and queues are changed while the run goes on. What does no good is taken back."));
}

QWidget *TuneWindow::makeFields(int cores)
{
    m_goal->addItem(tr("Items a second"));
    m_goal->addItem(tr("Time of an item"));
    m_goal->setToolTip(tr("As many items a second as possible, or each through in as short a time as possible, and no "
                          "fewer of them"));
    m_workers->setRange(1, MostWorkers);
    m_workers->setValue(TuneBudget().workers);
    m_workers->setToolTip(tr("Of all steps between sources and sinks together"));
    m_memory->setRange(0, MostMebibytes);
    m_memory->setSpecialValueText(tr("no bound"));
    m_memory->setSuffix(tr(" MiB"));
    m_memory->setToolTip(tr("What batches may hold, by the simulation"));
    m_freeCores->setRange(0, std::max(0, cores - 1));
    m_freeCores->setToolTip(tr("Of the %1 of this machine: they aren’t planned with").arg(cores));
    auto *fields = new QWidget;
    auto *form = new QFormLayout(fields);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(14);
    form->setVerticalSpacing(int(6 * m_theme.fontScale()));
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    const auto add = [form](const QString &title, QWidget *field) {
        field->setAccessibleName(QString(title).remove(QLatin1Char('&')));
        field->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        form->addRow(title, field);
    };
    add(tr("&Goal"), m_goal);
    add(tr("&Workers at most"), m_workers);
    add(tr("&Memory at most"), m_memory);
    add(tr("&Cores to leave free"), m_freeCores);
    return fields;
}

void TuneWindow::makeButtons()
{
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_go);
    buttons->addStretch(1);
    buttons->addWidget(m_takeBack);
    buttons->addWidget(m_keep);
    static_cast<QVBoxLayout &>(*layout()).addLayout(buttons);
    // It keeps its width, whatever it says.
    for (const QString &text : {tr("&Stop tuning"), tr("&Run and tune"), tr("&Start")}) {
        m_go->setText(text);
        m_go->setMinimumWidth(std::max(m_go->minimumWidth(), m_go->sizeHint().width()));
    }
    m_takeBack->setToolTip(tr("All as it was before"));
    m_keep->setToolTip(tr("It stays in the drawing, and goes into the file when you save it"));
    connect(m_go, &QPushButton::clicked, this, &TuneWindow::press);
    connect(m_takeBack, &QPushButton::clicked, this, &TuneWindow::takeBackWanted);
    connect(m_keep, &QPushButton::clicked, this, &TuneWindow::keepWanted);
    showButtons();
}

void TuneWindow::press()
{
    if (m_phase == Phase::UnderWay)
        Q_EMIT stopWanted();
    else
        Q_EMIT startWanted(wish());
}

void TuneWindow::open()
{
    if (!isVisible()) {
        resize(int(440 * m_theme.fontScale()), int(440 * m_theme.fontScale()));
        placeWithinParent(*this, Qt::AlignRight | Qt::AlignVCenter);
    }
    show();
    raise();
    activateWindow();
    (m_phase == Phase::Ready ? static_cast<QWidget *>(m_goal) : m_phase == Phase::Ended ? m_keep : m_go)->setFocus();
}

TuneWish TuneWindow::wish() const
{
    TuneWish wish;
    wish.goal = m_goal->currentIndex() == 0 ? TuneGoal::Throughput : TuneGoal::Latency;
    wish.budget.workers = m_workers->value();
    wish.budget.memory = uint64_t(m_memory->value()) << 20;
    wish.budget.freeCores = m_freeCores->value();
    return wish;
}

void TuneWindow::setPhase(Phase phase, const QString &status)
{
    m_status->setText(status);
    if (phase == m_phase)
        return; // what goes on is said ten times a second
    m_phase = phase;
    m_fields->setEnabled(phase != Phase::UnderWay);
    showButtons();
}

void TuneWindow::setStartsRun(bool startsRun)
{
    if (startsRun == m_startsRun)
        return;
    m_startsRun = startsRun;
    showButtons();
}

void TuneWindow::showButtons()
{
    const bool isEnded = m_phase == Phase::Ended;
    m_go->setText(m_phase == Phase::UnderWay ? tr("&Stop tuning") : m_startsRun ? tr("&Run and tune") : tr("&Start"));
    setStyleFlag(*m_go, "primary", m_phase == Phase::Ready);
    setStyleFlag(*m_keep, "primary", isEnded);
    m_takeBack->setEnabled(isEnded);
    m_keep->setEnabled(isEnded);
}

QString TuneWindow::status() const
{
    return m_status->text();
}

void TuneWindow::addLine(const QString &line)
{
    auto *item = new QListWidgetItem(line, m_lines);
    item->setToolTip(plainToolTip(line));
    m_lines->scrollToItem(item);
    m_lines->setFocusPolicy(Qt::StrongFocus);
}

void TuneWindow::clearLines()
{
    m_lines->clear();
    m_lines->setFocusPolicy(Qt::NoFocus); // Tab finds nothing there
}

} // namespace millrace
