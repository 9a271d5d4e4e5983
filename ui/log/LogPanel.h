// SPDX-License-Identifier: MIT
#pragma once

#include "failures/RetryChoice.h"
#include "metrics/LogRecord.h"
#include "steps/MendingStep.h"
#include "theme/Theme.h"

#include <QWidget>

#include <functional>
#include <string>
#include <vector>

class QComboBox;
class QLineEdit;
class QMenu;
class QSplitter;
class QToolButton;

namespace millrace {

class LogModel;
class LogTable;
class RecordPane;

/// The log of a run as a table that reads only what it shows, its filters, and the selected record beside it.
class LogPanel : public QWidget
{
    Q_OBJECT

public:
    explicit LogPanel(Theme &theme, QWidget *parent = nullptr);

    LogModel &model() const { return *m_model; }
    /// The filters, for the row of tabs above.
    QWidget *filterBar() const { return m_filterBar; }
    /// Settings that would mend the record that is selected, where that is still the one with this number.
    void showMends(uint64_t number, std::vector<Mend> mends);
    void setNames(std::function<QString(const std::string &)> nameOf);
    void append(std::vector<LogRecord> records);
    void clear();
    /// While paused, nothing is taken from the log; what came in between is read afterwards.
    bool isPaused() const;
    void showOnly(const std::string &step);
    /// Writes what passes the filters; told() says how that went.
    void exportTo(const QString &path);

Q_SIGNALS:
    void stepWanted(const std::string &step);
    /// Follows stepWanted(): the record whose step was wanted.
    void recordWanted(const millrace::LogRecord &record);
    /// Failed items are to be tried again.
    void retryWanted(const millrace::RetryChoice &choice);
    /// A failed item is shown: what would mend it may be shown beside it.
    void mendsWanted(const millrace::LogRecord &record);
    /// This is to be set on the step.
    void mendChosen(const std::string &step, const millrace::Mend &mend);
    /// No longer paused: what came in between can be read.
    void resumed();
    /// A sentence for the status bar.
    void told(const QString &sentence);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeFilterBar(Theme &theme);
    void joinTable();
    void openMenu(QPoint at);
    void travel();
    void copyRows();
    void copyData();
    void showLikeCurrent();
    void addRetries(QMenu &menu, int row);
    void retryCurrent(bool isChanged);
    void exportWithDialog();
    QStringList stepNames() const;
    void applyFilter();
    void fillSteps();
    void showCurrent();

    LogModel *m_model;
    LogTable *m_table;
    RecordPane *m_pane;
    QSplitter *m_splitter;
    QComboBox *m_step = nullptr, *m_level = nullptr;
    QLineEdit *m_text = nullptr;
    Theme &m_theme;
    uint64_t m_shown = 0; ///< number of the record beside the table; 0: none
    uint32_t m_group;     ///< the kind that is shown alone, see LogGroups
    QToolButton *m_pause = nullptr, *m_grouped = nullptr;
    QWidget *m_filterBar;
    std::function<QString(const std::string &)> m_nameOf;
};

} // namespace millrace
