// SPDX-License-Identifier: MIT
#include "window/StatusLine.h"

#include "canvas/CanvasView.h"
#include "commands/Actions.h"
#include "document/Document.h"
#include "model/Format.h"
#include "run/RunBridge.h"
#include "run/WrittenFiles.h"
#include "theme/Fields.h"
#include "window/monitors/RunMonitor.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QStatusBar>
#include <QToolButton>

#include <cmath>

namespace millrace {

StatusLine::StatusLine(Parts parts, QStatusBar &bar, QObject *parent)
    : QObject(parent)
    , m_parts(parts)
    , m_counts(makeLabel())
    , m_memory(makeLabel())
    , m_saved(makeLabel())
    , m_zoom(new QToolButton)
    , m_written(new WrittenButton(parts.theme))
{
    bar.setObjectName(QStringLiteral("statusBar"));
    bar.setSizeGripEnabled(false);
    addLabels(bar);
    fillZoomMenu();
    bar.addPermanentWidget(m_written);
    m_written->hide(); // adding has shown it
    bar.addPermanentWidget(m_zoom);
    connect(&m_parts.view, &CanvasView::zoomChanged, this,
            [this](double zoom) { m_zoom->setText(tr("%1 %").arg(int(std::lround(zoom * 100)))); });
    connect(&m_parts.document, &Document::changed, this, &StatusLine::update);
    connect(&m_parts.document, &Document::historyChanged, this, &StatusLine::update);
    connect(&m_parts.bridge, &RunBridge::sampled, this, &StatusLine::update);
    connect(&m_parts.monitor, &RunMonitor::needsRestartChanged, this, &StatusLine::update);
    update();
}

void StatusLine::addLabels(QStatusBar &bar)
{
    // In one widget, which gives way to a message as a whole: the bar hides what it holds only when a message begins.
    auto *labels = new QWidget;
    auto *row = new QHBoxLayout(labels);
    row->setContentsMargins(0, 0, 0, 0);
    for (QLabel *label : {m_counts, m_memory, m_saved}) {
        label->setContentsMargins(8, 0, 6, 0);
        row->addWidget(label);
    }
    bar.addWidget(labels);
}

void StatusLine::fillZoomMenu()
{
    auto *menu = new QMenu(m_zoom);
    for (const int percent : {25, 50, 75, 100, 150, 200, 300}) {
        QAction *zoom = menu->addAction(tr("%1 %").arg(percent));
        zoom->setCheckable(true);
        connect(zoom, &QAction::triggered, this, [this, percent] { m_parts.view.setZoom(percent / 100.0); });
        connect(menu, &QMenu::aboutToShow, zoom,
                [this, zoom, percent] { zoom->setChecked(int(std::lround(m_parts.view.zoom() * 100)) == percent); });
    }
    menu->addSeparator();
    for (const char *id : {"view.zoomIn", "view.zoomOut", "view.fitAll", "view.fitSelection"})
        menu->addAction(m_parts.actions[id]);
    m_zoom->setMenu(menu);
    m_zoom->setPopupMode(QToolButton::InstantPopup);
    m_zoom->setAccessibleName(tr("Zoom"));
    m_zoom->setToolTip(tr("Zoom"));
    m_zoom->setText(QStringLiteral("100 %"));
}

void StatusLine::update()
{
    const Pipeline &pipeline = m_parts.document.pipeline();
    uint64_t workers = 0;
    for (const PipelineStep &step : pipeline.steps)
        workers += uint64_t(pipeline.workersOf(step));
    m_counts->setText(QStringLiteral("%1 · %2").arg(formatNoun(pipeline.steps.size(), QStringLiteral("step")),
                                                    formatNoun(workers, QStringLiteral("worker"))));
    const uint64_t memory = m_parts.bridge.hasSamples() ? m_parts.bridge.reader().last().peakMemoryBytes : 0;
    m_memory->setText(memory ? tr("Peak memory %1").arg(formatBytes(memory)) : QString());
    m_saved->setText(m_parts.monitor.needsRestart()      ? tr("Some changes apply at the next run")
                     : m_parts.document.isDirty()        ? tr("Not saved")
                     : m_parts.document.path().isEmpty() ? QString()
                                                         : tr("Saved"));
    for (QLabel *label : {m_memory, m_saved})
        label->setVisible(!label->text().isEmpty()); // else it takes room between the others
}

} // namespace millrace
