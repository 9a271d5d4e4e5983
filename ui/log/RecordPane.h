// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/LogRecord.h"
#include "steps/MendingStep.h"
#include "theme/Theme.h"

#include <QWidget>

#include <functional>
#include <string>
#include <vector>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace millrace {

/// How many records are like one, itself included, and when the first of them came.
struct Repeats
{
    uint64_t times = 1;
    int64_t first = 0;
};

/// All that is known of one log record: where it happened, the item's data, the trace.
class RecordPane : public QWidget
{
    Q_OBJECT

public:
    explicit RecordPane(Theme &theme, QWidget *parent = nullptr);

    /// Null: nothing is selected.
    void setRecord(const LogRecord *record,
                   const std::function<QString(const std::string &)> &nameOf,
                   const Repeats &repeats = {});

    /// Settings that would mend what the record is about, as buttons.
    void setMends(std::vector<Mend> mends);

Q_SIGNALS:
    void stepWanted(const std::string &step);
    /// One of the settings is wanted.
    void mendWanted(const millrace::Mend &mend);
    /// All records like it, each on its own.
    void likeWanted();
    /// The item is to be tried again, as it is or changed before.
    void retryWanted(bool isChanged);

private:
    const Theme &m_theme;
    QLabel *m_title, *m_where, *m_data, *m_trace, *m_empty;
    QVBoxLayout *m_mends; ///< a button each
    QPushButton *m_show, *m_like, *m_copy, *m_retry, *m_change;
    std::string m_step;
    QString m_copied;
};

/// Whether a record is of an item that failed at a step, and so can be tried again.
bool isOfFailedItem(const LogRecord &record);

/// An item's data laid out to be read: short members share a line, nested ones are indented.
QString laidOutJson(const Value &value, int width);

} // namespace millrace
