// SPDX-License-Identifier: MIT
#pragma once

#include "report/PastRun.h"

#include <QFutureWatcher>
#include <QObject>

#include <functional>
#include <string>
#include <vector>

namespace millrace {

class BottomPanel;
class Document;
class RunBridge;

/// Keeps the panel of past runs up to date: reads the record on another thread
/// when a file is opened, when a run is over, and when the panel is looked at.
class RunsMonitor : public QObject
{
    Q_OBJECT

public:
    /// `nameOf`: how a step's id is shown.
    RunsMonitor(Document &document,
                RunBridge &bridge,
                BottomPanel &bottom,
                std::function<QString(const std::string &)> nameOf,
                QObject *parent);
    ~RunsMonitor() override;

    /// Reads the record again.
    void read();

private:
    struct Found
    {
        QString path; ///< of the pipeline
        std::vector<PastRun> runs;
        QString fault; ///< a sentence, or empty
    };
    void show();

    Document &m_document;
    BottomPanel &m_bottom;
    std::function<QString(const std::string &)> m_nameOf;
    bool m_mustReadAgain = false;
    QFutureWatcher<Found> m_reading;
};

} // namespace millrace
