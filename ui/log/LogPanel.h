// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/LogRecord.h"
#include "theme/Theme.h"

#include <QWidget>

#include <functional>
#include <string>
#include <vector>

class QComboBox;
class QLineEdit;
class QSplitter;
class QTableView;
class QToolButton;

namespace millrace {

class LogModel;
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
    void setNames(std::function<QString(const std::string &)> nameOf);
    void append(std::vector<LogRecord> records);
    void clear();
    /// While paused, nothing is taken from the log; what came in between is read afterwards.
    bool isPaused() const;
    void showOnly(const std::string &step);

Q_SIGNALS:
    void stepWanted(const std::string &step);
    /// No longer paused: what came in between can be read.
    void resumed();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeFilterBar(Theme &theme);
    void setUpTable(double scale);
    void applyFilter();
    void fillSteps();
    void fitColumns();
    void fitNumbers(const std::vector<LogRecord> &added);
    void widen(int column, QString widest, int &known, int most);
    void showCurrent();

    LogModel *m_model;
    QTableView *m_table;
    RecordPane *m_pane;
    QSplitter *m_splitter;
    QComboBox *m_step = nullptr, *m_level = nullptr;
    QLineEdit *m_text = nullptr;
    double m_scale;
    int m_itemWidth, m_timesWidth; ///< that their columns' contents needed so far
    bool m_isFitting = false;
    QToolButton *m_pause = nullptr;
    QWidget *m_filterBar;
    std::function<QString(const std::string &)> m_nameOf;
};

} // namespace millrace
