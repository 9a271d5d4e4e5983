// SPDX-License-Identifier: MIT
#include "window/monitors/RunsMonitor.h"

#include "document/Document.h"
#include "monitor/runs/RunsPanel.h"
#include "report/RunsOnRecord.h"
#include "run/RunBridge.h"
#include "theme/Text.h"
#include "window/BottomPanel.h"

#include <QtConcurrentRun>

#include <utility>

namespace millrace {

RunsMonitor::RunsMonitor(Document &document,
                         RunBridge &bridge,
                         BottomPanel &bottom,
                         std::function<QString(const std::string &)> nameOf,
                         QObject *parent)
    : QObject(parent), m_document(document), m_bottom(bottom), m_nameOf(std::move(nameOf))
{
    connect(&m_reading, &QFutureWatcherBase::finished, this, &RunsMonitor::show);
    connect(&document, &Document::opened, this, &RunsMonitor::read);
    connect(&document, &Document::saved, this,
            &RunsMonitor::read); // under another name, perhaps
    connect(&bridge, &RunBridge::recorded, this, &RunsMonitor::read);
    connect(&bottom, &BottomPanel::tabChosen, this, [this] {
        if (m_bottom.shows(BottomPanel::Tab::Runs))
            read();
    });
    read();
}

RunsMonitor::~RunsMonitor()
{
    m_reading.waitForFinished();
}

void RunsMonitor::read()
{
    m_mustReadAgain = m_reading.isRunning();
    if (m_mustReadAgain)
        return;
    m_reading.setFuture(QtConcurrent::run([path = m_document.path()] {
        Found found{path, {}, {}};
        if (path.isEmpty())
            return found;
        const auto runs = RunsOnRecord().runsOf(toUtf8(path));
        if (runs)
            found.runs = pastRunsOf(*runs);
        else
            found.fault = toQString(runs.error().message);
        return found;
    }));
}

void RunsMonitor::show()
{
    Found found = m_reading.result();
    if (m_mustReadAgain || found.path != m_document.path()) {
        read();
        return;
    }
    const QString remark = !found.fault.isEmpty() ? found.fault
                           : found.path.isEmpty() ? tr("Runs are kept on record once the pipeline is saved as a file.")
                                                  : tr("This pipeline has no run on record yet.");
    m_bottom.setRunCount(found.runs.size());
    m_bottom.runs().setRuns(std::move(found.runs), remark, m_nameOf);
}

} // namespace millrace
