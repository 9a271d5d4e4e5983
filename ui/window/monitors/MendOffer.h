// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/LogRecord.h"
#include "steps/MendingStep.h"

#include <QFutureWatcher>
#include <QObject>

#include <cstdint>
#include <string>
#include <vector>

namespace millrace {

class Document;
class LogPanel;
class MessageBar;
class RunMonitor;

/// Finds the settings that would mend the failed item which the log shows, on another thread, since files are looked at; and makes those that
/// are chosen: one undo each, and the next run is offered.
class MendOffer : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        Document &document;
        LogPanel &log;
        RunMonitor &monitor;
        MessageBar &messages;
    };

    MendOffer(Parts parts, QObject *parent);
    ~MendOffer() override;

Q_SIGNALS:
    /// The pipeline was mended, and is to be run.
    void runWanted();

private:
    void look(const LogRecord &record);
    void make(const std::string &step, const Mend &mend);

    Parts m_parts;
    uint64_t m_number = 0; ///< of the record that is looked at
    QFutureWatcher<std::vector<Mend>> m_looking;
};

} // namespace millrace
