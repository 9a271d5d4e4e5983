// SPDX-License-Identifier: MIT
#include "monitor/whatif/WhatIfWindow.h"

#include "model/Format.h"
#include "theme/Fields.h"
#include "theme/Text.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QSignalBlocker>
#include <QSlider>
#include <QtConcurrentRun>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <utility>

namespace millrace {

namespace {

constexpr int SliderEnd = 8; ///< workers, at least
constexpr int MostTried = 1'000, MostBatches = 100'000, MostItems = 1'000'000;
constexpr int SettleTime = 60; ///< milliseconds after the last change
constexpr double Notable = 0.01;

/// "123 → 246 (+100 %)"
template <typename Format>
QString versus(double before, double tried, Format format)
{
    const QString was = format(before), is = format(tried);
    if (was == is)
        return is;
    const double gain = before > 0 ? tried / before - 1 : 0;
    if (std::abs(gain) < Notable)
        return QStringLiteral("%1 → %2").arg(was, is);
    return QStringLiteral("%1 → %2 (%3%4 %)")
        .arg(was, is, gain > 0 ? QStringLiteral("+") : QStringLiteral("−"))
        .arg(std::llround(std::abs(gain) * 100));
}

} // namespace

WhatIfWindow::WhatIfWindow(Theme &theme, QWidget *window)
    : QWidget(window, Qt::Tool)
    , m_theme(theme)
    , m_rate(nullptr)
    , m_latency(nullptr)
    , m_memory(nullptr)
    , m_limit(makeLabel({}, "muted"))
    , m_rows(new QScrollArea)
    , m_batchTitle(makeLabel(tr("Items in a &batch")))
    , m_batch(new IntegerField)
    , m_apply(new QPushButton(tr("&Apply")))
    , m_reset(new QPushButton(tr("As it &was")))
{
    setWindowTitle(tr("What if — Millrace"));
    setAccessibleName(tr("What if"));
    setAttribute(Qt::WA_StyledBackground);
    auto *figures = new QGridLayout;
    figures->setHorizontalSpacing(14);
    m_rate = addFigure(*figures, tr("Items/s"));
    m_latency = addFigure(*figures, tr("95 % are through in"));
    m_memory = addFigure(*figures, tr("Batches hold at most"));
    figures->setColumnStretch(1, 1);
    m_limit->setWordWrap(true);
    m_limit->setMinimumHeight(3 * fontMetrics().lineSpacing()); // nothing moves when a sentence is longer
    m_limit->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_rows->setWidgetResizable(true);
    m_rows->setFrameShape(QFrame::NoFrame);
    m_rows->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setStyleFlag(*m_apply, "primary", true);
    m_batch->setRange(1, MostItems);
    m_batch->setAccessibleName(tr("Items in a batch"));
    m_batch->setToolTip(tr("A run takes it up when it is started again"));
    m_batchTitle->setBuddy(m_batch);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_batchTitle);
    buttons->addWidget(m_batch);
    buttons->addStretch(1);
    buttons->addWidget(m_reset);
    buttons->addWidget(m_apply);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->setSpacing(10);
    layout->addLayout(figures);
    layout->addWidget(m_limit);
    layout->addWidget(m_rows, 1);
    layout->addLayout(buttons);
    m_soon.setSingleShot(true);
    m_soon.setInterval(SettleTime);
    connect(&m_soon, &QTimer::timeout, this, &WhatIfWindow::simulateNow);
    connect(m_batch, &QSpinBox::valueChanged, this, &WhatIfWindow::noteChange);
    connect(m_apply, &QPushButton::clicked, this, &WhatIfWindow::apply);
    connect(m_reset, &QPushButton::clicked, this, &WhatIfWindow::reset);
    connect(new QShortcut(Qt::Key_Escape, this), &QShortcut::activated, this, &QWidget::hide);
    connect(&m_working, &QFutureWatcherBase::finished, this, [this] {
        Answer answer = m_working.result();
        m_before = std::move(answer.before);
        if (std::exchange(m_mustSimulateAgain, false)) {
            simulateNow();
            return;
        }
        m_result = std::move(answer.tried);
        show(*m_result);
        Q_EMIT simulated();
    });
}

WhatIfWindow::~WhatIfWindow()
{
    m_working.waitForFinished();
}

QLabel *WhatIfWindow::addFigure(QGridLayout &grid, const QString &title)
{
    const int row = grid.rowCount();
    auto *value = makeLabel();
    value->setFont(m_theme.font(FontRole::Strong));
    value->setAccessibleName(title);
    grid.addWidget(makeLabel(title, "muted"), row, 0);
    grid.addWidget(value, row, 1);
    return value;
}

void WhatIfWindow::open(SimulationModel measured, const std::vector<Row> &rows, int batchSize)
{
    m_measured = std::move(measured);
    m_before.reset();
    showBatchSize(batchSize);
    m_shown = rows;
    fillRows(rows);
    noteChange();
    resize(int(560 * m_theme.fontScale()), int(420 * m_theme.fontScale()));
    placeWithinParent(*this, Qt::AlignRight | Qt::AlignVCenter);
    QWidget::show();
    raise();
    activateWindow();
    for (const Fields &fields : m_fields)
        if (fields.slider && fields.slider->isEnabled()) {
            fields.slider->setFocus();
            break;
        }
}

void WhatIfWindow::showBatchSize(int size)
{
    m_batchSize = std::min(size, MostItems);
    m_batch->setVisible(size > 0);
    m_batchTitle->setVisible(size > 0);
}

void WhatIfWindow::fillRows(const std::vector<Row> &rows)
{
    auto *page = new QWidget;
    auto *grid = new QGridLayout(page);
    grid->setContentsMargins(0, 0, 8, 0);
    grid->setHorizontalSpacing(10);
    grid->addWidget(makeLabel(tr("Step"), "muted"), 0, 0);
    grid->addWidget(makeLabel(tr("Workers"), "muted"), 0, 1, 1, 2);
    grid->addWidget(makeLabel(tr("Queue"), "muted"), 0, 3);
    grid->setColumnStretch(1, 1);
    m_fields.assign(m_measured.steps.size(), {});
    for (size_t i = 0; i < m_measured.steps.size(); ++i) {
        const SimulatedStep &step = m_measured.steps[i];
        const int line = int(i) + 1, most = rows[i].mostWorkers > 0 ? rows[i].mostWorkers : MostTried;
        Fields &fields = m_fields[i];
        auto *name = makeLabel(rows[i].name);
        name->setMaximumWidth(int(170 * m_theme.fontScale()));
        grid->addWidget(name, line, 0);
        fields.slider = new QSlider(Qt::Horizontal);
        fields.slider->setRange(1, std::min(most, std::max({SliderEnd, 2 * step.workers, 2 * m_measured.cores})));
        fields.slider->setAccessibleName(tr("Workers of %1, as a slider").arg(rows[i].name));
        fields.workers = new IntegerField;
        fields.workers->setRange(1, most);
        fields.workers->setAccessibleName(tr("Workers of %1").arg(rows[i].name));
        grid->addWidget(fields.slider, line, 1);
        grid->addWidget(fields.workers, line, 2);
        for (QWidget *field : {static_cast<QWidget *>(fields.slider), static_cast<QWidget *>(fields.workers)})
            field->setEnabled(most > 1);
        connect(fields.slider, &QSlider::valueChanged, fields.workers, &QSpinBox::setValue);
        connect(fields.workers, &QSpinBox::valueChanged, this, [this, slider = fields.slider](int workers) {
            const QSignalBlocker blocker(slider);
            slider->setValue(workers);
            noteChange();
        });
        if (!rows[i].hasQueue)
            continue;
        fields.queue = new IntegerField;
        fields.queue->setRange(0, MostBatches);
        fields.queue->setSpecialValueText(tr("no bound"));
        fields.queue->setAccessibleName(tr("Queue of %1, in batches").arg(rows[i].name));
        grid->addWidget(fields.queue, line, 3);
        connect(fields.queue, &QSpinBox::valueChanged, this, &WhatIfWindow::noteChange);
    }
    grid->setRowStretch(int(m_measured.steps.size()) + 1, 1);
    m_rows->setWidget(page); // the one before goes
    reset();
}

void WhatIfWindow::reset()
{
    m_batch->setValue(std::max(1, m_batchSize));
    for (size_t i = 0; i < m_fields.size(); ++i) {
        m_fields[i].workers->setValue(m_measured.steps[i].workers);
        if (m_fields[i].queue)
            m_fields[i].queue->setValue(m_measured.steps[i].queueSize);
    }
}

SimulationModel WhatIfWindow::wanted() const
{
    SimulationModel model = m_measured;
    for (size_t i = 0; i < m_fields.size(); ++i) {
        model.steps[i].workers = m_fields[i].workers->value();
        if (m_fields[i].queue)
            model.steps[i].queueSize = m_fields[i].queue->value();
    }
    return model;
}

std::optional<int> WhatIfWindow::wantedBatchSize() const
{
    return m_batchSize > 0 && m_batch->value() != m_batchSize ? std::optional(m_batch->value()) : std::nullopt;
}

std::vector<WhatIfWindow::Wish> WhatIfWindow::wishes() const
{
    std::vector<Wish> wishes;
    const SimulationModel model = wanted();
    for (size_t i = 0; i < model.steps.size(); ++i) {
        const SimulatedStep &before = m_measured.steps[i], &now = model.steps[i];
        Wish wish{now.id, {}, {}};
        if (now.workers != before.workers)
            wish.workers = now.workers;
        if (now.queueSize != before.queueSize)
            wish.queueSize = now.queueSize;
        if (wish.workers || wish.queueSize)
            wishes.push_back(std::move(wish));
    }
    return wishes;
}

void WhatIfWindow::noteChange()
{
    const bool hasWishes = !wishes().empty() || wantedBatchSize();
    m_apply->setEnabled(hasWishes);
    m_reset->setEnabled(hasWishes);
    m_result.reset();
    m_soon.start();
}

void WhatIfWindow::simulateNow()
{
    if (m_working.isRunning()) {
        m_mustSimulateAgain = true;
        return;
    }
    SimulationModel wished = wanted();
    if (const auto size = wantedBatchSize())
        wished = withBatchSize(std::move(wished), double(*size) / m_batchSize);
    m_working.setFuture(QtConcurrent::run([measured = m_measured, model = std::move(wished), before = m_before] {
        return Answer{before ? *before : simulate(measured), simulate(model)};
    }));
}

void WhatIfWindow::show(const Simulation &tried)
{
    const auto perSecond = [](double value) { return formatShort(value); };
    const auto time = [](double seconds) { return formatNanoseconds(seconds * 1e9); };
    const auto bytes = [](double count) { return formatBytes(uint64_t(count)); };
    m_rate->setText(versus(m_before->itemsPerSecond, tried.itemsPerSecond, perSecond));
    m_latency->setText(versus(m_before->latencyP95, tried.latencyP95, time));
    m_memory->setText(versus(double(m_before->memoryBytes), double(tried.memoryBytes), bytes));
    QString why = tried.limitedBy ? toQString(tried.limitedBy->why) : QString();
    for (size_t i = 0; i < m_shown.size(); ++i) // it knows steps by their ids only
        why.replace(toQString('"' + m_measured.steps[i].id + '"'), QStringLiteral("“%1”").arg(m_shown[i].name));
    m_limit->setText(why);
}

void WhatIfWindow::apply()
{
    const std::vector<Wish> wanted = wishes();
    const std::optional<int> batchSize = wantedBatchSize();
    hide();
    if (!wanted.empty() || batchSize)
        Q_EMIT applied(wanted, batchSize);
}

} // namespace millrace
