// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/LogRecord.h"
#include "theme/Theme.h"

#include <QWidget>

#include <functional>
#include <string>

class QLabel;
class QPushButton;

namespace millrace {

/// All that is known of one log record: where it happened, the item's data, the trace.
class RecordPane : public QWidget
{
    Q_OBJECT

public:
    explicit RecordPane(Theme &theme, QWidget *parent = nullptr);

    /// Null: nothing is selected.
    void setRecord(const LogRecord *record, const std::function<QString(const std::string &)> &nameOf);

Q_SIGNALS:
    void stepWanted(const std::string &step);

private:
    const Theme &m_theme;
    QLabel *m_title, *m_where, *m_data, *m_trace, *m_empty;
    QPushButton *m_show, *m_copy;
    std::string m_step;
    QString m_copied;
};

/// An item's data laid out to be read: short members share a line, nested ones are indented.
QString laidOutJson(const Value &value, int width);

} // namespace millrace
