// SPDX-License-Identifier: MIT
#pragma once

#include "log/LogModel.h"

#include <QObject>
#include <QSaveFile>
#include <QTimer>

#include <cstddef>

namespace millrace {

/// Writes all records that the log shows now into a file, each on its own, piece by piece: the window never waits for it. The
/// file has its name once it is whole. Deletes itself when it is done, or when the log is cleared meanwhile.
class LogExport : public QObject
{
    Q_OBJECT

public:
    /// JSON Lines where the name ends so, else CSV.
    LogExport(const LogModel &model, const QString &path, QObject *parent);

Q_SIGNALS:
    /// A sentence.
    void ended(const QString &sentence);

private:
    void writeSome();
    void end(const QString &sentence);

    const LogModel &m_model;
    const LogFilter m_filter;
    QSaveFile m_file;
    const bool m_isJson;
    const uint64_t m_end; ///< number of the last record to be written
    uint64_t m_at = 0, m_written = 0;
    QTimer m_timer;
};

/// A record as a line of CSV, or of JSON, its line end included; the title line of CSV.
std::string csvLine(const LogRecord &record);
std::string jsonLine(const LogRecord &record);
std::string csvTitles();

} // namespace millrace
