namespace Gradus;

/// <summary>How well one class is told from the others.</summary>
/// <param name="Precision">Share of the rows predicted as the class that are of it, 0 to 1; 0 if none
/// is predicted.</param>
/// <param name="Recall">Share of the rows of the class that are predicted as it, 0 to 1; 0 if there is none.</param>
/// <param name="F1">Harmonic mean of precision and recall, 0 to 1; 0 if the class is neither predicted nor
/// there.</param>
/// <param name="Support">Number of rows that are of the class.</param>
/// <remarks>As scikit-learn's <c>precision_recall_fscore_support</c> with <c>zero_division=0</c>.</remarks>
public readonly record struct ClassMetrics(double Precision, double Recall, double F1, int Support);
