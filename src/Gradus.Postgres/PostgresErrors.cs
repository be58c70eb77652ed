using Npgsql;

namespace Gradus;

/// <summary>What went wrong with a database, in words that help.</summary>
internal static class PostgresErrors
{
    public const string NoTable = PostgresErrorCodes.UndefinedTable;

    /// <summary>Whether the connection was lost or the server is busy, so that trying again may help.</summary>
    public static bool IsLoss(NpgsqlException e) =>
        e.IsTransient || e is PostgresException { SqlState: var state } && ((string[])["08", "25P03", "40", "53", "55P03", "57"]).Any(code => state.StartsWith(code, StringComparison.Ordinal));

    /// <param name="e">What was thrown.</param>
    /// <param name="address">The database.</param>
    /// <param name="wasReached">Whether it was there before.</param>
    public static GradusException Of(NpgsqlException e, PostgresAddress address, bool wasReached)
    {
        var state = (e as PostgresException)?.SqlState;
        var reason = ((e as PostgresException)?.MessageText ?? e.InnerException?.Message ?? e.Message).TrimEnd('.');
        return new GradusException(state switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                $"The store {address} refuses the login: {reason}. Check the user, and the password in the address, PGPASSWORD or PGPASSFILE.",
            PostgresErrorCodes.InvalidCatalogName => $"The store {address} has no database '{address.Database}'. Make it with 'createdb {address.Database}', or name another.",
            PostgresErrorCodes.InsufficientPrivilege =>
                $"The store {address} refuses: {reason}. Its user needs the right to make tables there (GRANT CREATE ON SCHEMA public), or to use those that another has made.",
            PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidColumnReference =>
                $"The tables gradus_studies and gradus_events of the store {address} are not those of this Gradus: {reason}. Name another database.",
            _ when !IsLoss(e) => $"The store {address} cannot be used: {reason}." + (reason.Contains("password", StringComparison.OrdinalIgnoreCase)
                ? " Give the password in the address, PGPASSWORD or PGPASSFILE." : ""),
            _ when wasReached => $"The store {address} cannot be reached: {reason}. What it holds is safe; the same command goes on with it.",
            _ => $"The store {address} cannot be reached: {reason}. Check its host and port, and that the server runs and lets this machine in.",
        }, e);
    }
}
